import type { StreamReader } from '@mosaic/contracts/agent-provider'
import type { WebSocket } from '@fastify/websocket'
import { drainTimeoutMs, mostWaiting } from './sink.ts'

/** The part of a socket that one subscription writes to. `prefix` is what stands before each frame on the wire. */
export function socketSink(socket: WebSocket, subscriptionId: string, gone: AbortSignal): StreamReader {
  const prefix = `{"type":"frame","id":${JSON.stringify(subscriptionId)},"frame":`
  return {
    send: (frame) => socket.send(`${prefix}${frame}}`, () => undefined),
    isFull: () => socket.bufferedAmount > mostWaiting,
    drained: () => drained(socket, gone),
  }
}

/** Sockets tell nothing when they drain, so this looks again every few milliseconds; only a slow reader is waited for. */
function drained(socket: WebSocket, gone: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const deadline = performance.now() + drainTimeoutMs
    const look = () => {
      if (socket.bufferedAmount < mostWaiting / 2) resolve(true)
      else if (gone.aborted || performance.now() > deadline) resolve(false)
      else setTimeout(look, 10)
    }
    look()
  })
}
