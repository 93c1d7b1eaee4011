import type { ServerHttp2Session } from 'node:http2'

export const KEEPALIVE_MS = 10_000

/** Pings a silent peer; without an answer in time the connection is dropped. */
export function keepAlive(session: ServerHttp2Session): void {
  let waiting = false
  const timer = setInterval(() => {
    if (waiting) session.destroy()
    // It may be destroyed for a while before it says that it is closed, and a ping would throw here.
    if (session.destroyed) return
    waiting = true
    session.ping((error) => {
      waiting = false
      if (error) session.destroy()
    })
  }, KEEPALIVE_MS)
  timer.unref()
  session.once('close', () => clearInterval(timer))
}
