import type { StreamReader } from '@mosaic/contracts/agent-provider'
import type { TerminalFrame, TerminalScreen } from '@mosaic/contracts/messaging'
import type { Terminals } from '@mosaic/messaging'
import { BackOff } from '@mosaic/runtime'
import { sendFrame } from './sink.ts'

type TerminalSubscription = {
  readonly sessionId: string
  readonly workspaceId: string
  readonly sink: StreamReader
  readonly signal: AbortSignal
}

/** Frames that come while the screen is asked for: as many as it can be behind. */
const mostHeld = 1_000

/**
 * Sends what a terminal shows: its screen, then each frame after it. Where one was lost, or the reader was too slow for them,
 * the screen is sent again, as it is by then. While nobody runs the terminal it is asked for again and again.
 */
export async function followTerminal(terminals: Terminals, subscription: TerminalSubscription): Promise<void> {
  const { workspaceId, sessionId, sink, signal } = subscription
  let last: number | undefined
  let held: TerminalFrame[] = []
  let wake: () => void = () => undefined

  const send = (frame: TerminalFrame) => {
    if (last === undefined || frame.seq <= last) return
    if (frame.seq > last + 1 || sink.isFull()) return lose()
    last = frame.seq
    sendFrame(sink, { type: 'terminal', frame })
  }
  const lose = () => {
    last = undefined
    wake()
  }
  const stop = terminals.watch(workspaceId, sessionId, (frame) => {
    if (last !== undefined) return send(frame)
    if (held.length < mostHeld) held.push(frame)
    wake()
  })
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  try {
    while (!signal.aborted) {
      if (sink.isFull() && !(await sink.drained())) return
      held = []
      const screen = await screenOf(terminals, subscription)
      if (!screen) return
      last = screen.seq
      sendFrame(sink, { type: 'terminal', frame: screen })
      for (const frame of held.splice(0)) send(frame)
      while (last !== undefined && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    stop()
  }
}

async function screenOf(
  terminals: Terminals,
  { workspaceId, sessionId, signal }: TerminalSubscription,
): Promise<TerminalScreen | undefined> {
  const backOff = new BackOff({ firstMs: 200, longestMs: 2_000 })
  while (!signal.aborted) {
    const answer = await terminals.ask(workspaceId, sessionId, { kind: 'look' })
    if (answer?.ok && answer.screen?.kind === 'screen') return answer.screen
    await backOff.pause(signal)
  }
  return undefined
}
