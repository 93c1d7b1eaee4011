import type { StreamReader } from '@mosaic/contracts/agent-provider'
import { once } from 'node:events'
import type { FastifyReply } from 'fastify'
import { drainTimeoutMs, mostWaiting } from './sink.ts'

const heartbeatMs = 15_000
const farewellMs = 1000

/** A reply turned into server-sent events (WHATWG HTML §9.2). `signal` is aborted when the reader has gone. */
export type SseStream = { readonly sink: StreamReader; readonly signal: AbortSignal; end(): void }

type SseOptions = {
  readonly closing: AbortSignal
  /** Asked with every heartbeat. */
  isSignedIn(): boolean
  /** Calls back when the sign-in is ended; answers how to stop that. */
  onSignedOut(listener: () => void): () => void
}

/** Takes the connection over. The stream ends with the sign-in. */
export function openSse(reply: FastifyReply, options: SseOptions): SseStream {
  reply.hijack()
  const response = reply.raw
  const gone = new AbortController()
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  response.write('retry: 1000\n\n')
  const end = () => {
    gone.abort()
    response.end()
    // A reader that has stalled must not keep the gateway from stopping.
    setTimeout(() => response.destroy(), farewellMs).unref()
  }
  const heartbeat = setInterval(() => {
    if (options.isSignedIn()) response.write(': heartbeat\n\n')
    else end()
  }, heartbeatMs)
  options.closing.addEventListener('abort', end)
  const stopWatching = options.onSignedOut(end)
  response.on('error', () => gone.abort())
  response.on('close', () => {
    clearInterval(heartbeat)
    options.closing.removeEventListener('abort', end)
    stopWatching()
    gone.abort()
  })
  const sink: StreamReader = {
    send: (frame, cursor) =>
      void response.write(cursor === undefined ? `data: ${frame}\n\n` : `id: ${cursor}\ndata: ${frame}\n\n`),
    isFull: () => response.writableLength > mostWaiting,
    drained: () => drained(response, gone.signal),
  }
  return { sink, signal: gone.signal, end }
}

async function drained(response: FastifyReply['raw'], gone: AbortSignal): Promise<boolean> {
  const signal = AbortSignal.any([gone, AbortSignal.timeout(drainTimeoutMs)])
  return once(response, 'drain', { signal }).then(
    () => true,
    () => false,
  )
}
