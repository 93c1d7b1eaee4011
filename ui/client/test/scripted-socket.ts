import type { ClientFrame, ServerFrame, StreamFrame } from '@mosaic/contracts/http'
import type { Clock } from '../src/live/connection.ts'
import type { Socket } from '../src/live/socket.ts'

/** The far side of a connection's sockets, and its clock, in a test's hand. */
export class ScriptedSocket {
  readonly sockets: { sent: ClientFrame[]; open(): void; say(frame: ServerFrame): void; drop(code?: number): void }[] =
    []
  readonly timers: { due: number; callback: () => void }[] = []
  now = 0

  readonly clock: Clock = {
    after: (milliseconds, callback) => {
      const timer = { due: this.now + milliseconds, callback }
      this.timers.push(timer)
      return () => void this.timers.splice(this.timers.indexOf(timer) >>> 0, 1)
    },
    random: () => 1,
  }

  readonly connect = (): Socket => {
    let open = () => {}
    let text: (line: string) => void = () => {}
    let close: (code: number) => void = () => {}
    const sent: ClientFrame[] = []
    this.sockets.push({
      sent,
      open: () => open(),
      say: (frame) => text(JSON.stringify(frame)),
      drop: (code = 1006) => close(code),
    })
    return {
      send: (line) => sent.push(JSON.parse(line)),
      close: () => {},
      onOpen: (listener) => (open = listener),
      onText: (listener) => (text = listener),
      onClose: (listener) => (close = listener),
    }
  }

  get last() {
    return this.sockets.at(-1)!
  }

  subscribed(): Extract<ClientFrame, { type: 'subscribe' }> {
    return this.last.sent.findLast((frame) => frame.type === 'subscribe')!
  }

  say(frame: StreamFrame, id = this.subscribed().id): void {
    this.last.say({ type: 'frame', id, frame })
  }

  pass(milliseconds: number): void {
    this.now += milliseconds
    for (const timer of this.timers.filter(({ due }) => due <= this.now)) {
      this.timers.splice(this.timers.indexOf(timer), 1)
      timer.callback()
    }
  }
}
