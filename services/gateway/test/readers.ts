import { type ServerFrame, serverFrame, type StreamFrame, streamFrame } from '@mosaic/contracts/http'
import { WebSocket } from 'ws'

export type Reader = { readonly frames: StreamFrame[]; close(): void }

/** Reads a stream of server-sent events into a list; reconnects by `Last-Event-ID` like a browser when it breaks. */
export function readSse(url: string, headers: Record<string, string>): Reader & { readonly ids: string[] } {
  const frames: StreamFrame[] = []
  const ids: string[] = []
  const stop = new AbortController()
  const read = async () => {
    const last = ids.at(-1)
    const resume: Record<string, string> = last === undefined ? {} : { 'last-event-id': last }
    const response = await fetch(url, { headers: { ...headers, ...resume }, signal: stop.signal })
    let rest = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const messages = (rest + chunk).split('\n\n')
      rest = messages.pop()!
      for (const message of messages) {
        const id = /^id: (.*)$/m.exec(message)?.[1]
        const data = /^data: (.*)$/m.exec(message)?.[1]
        if (id !== undefined) ids.push(id)
        if (data !== undefined) frames.push(streamFrame.parse(JSON.parse(data)))
      }
    }
  }
  const readOn = async () => {
    while (!stop.signal.aborted) await read().catch(() => new Promise((resolve) => setTimeout(resolve, 50)))
  }
  void readOn()
  return { frames, ids, close: () => stop.abort() }
}

/** A socket to `/ws` whose frames are kept, by subscription. */
export async function openSocket(url: string, headers: Record<string, string>) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers })
  const received: ServerFrame[] = []
  socket.on('message', (data) => received.push(serverFrame.parse(JSON.parse(String(data)))))
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  return {
    socket,
    received,
    send: (frame: unknown) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    framesOf: (id: string): StreamFrame[] =>
      received.flatMap((each) => (each.type === 'frame' && each.id === id ? [each.frame] : [])),
    close: () => socket.terminate(),
  }
}

/** The revisions of the events among frames, in the order in which they came. */
export const revisionsOf = (frames: readonly StreamFrame[]): number[] =>
  frames.flatMap((frame) => (frame.type === 'event' ? [frame.event.revision] : []))
