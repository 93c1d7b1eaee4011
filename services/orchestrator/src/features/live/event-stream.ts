import { once } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { RejectedError } from '@mosaic/http'

export type StreamedEvent = { readonly id: string; readonly type: string; readonly data: unknown }

const heartbeatMs = 15_000
/** A reader that takes nothing for so long has gone. */
const patienceMs = 30_000
/** So much may wait in memory for one reader, in bytes. */
const mostWaiting = 1024 ** 2

/**
 * Answers with server-sent events (WHATWG HTML §9.2) for as long as there are any and the reader takes them; `closing`
 * ends it too. The source is asked for no more than the reader has taken.
 */
export async function sendEvents(
  reply: FastifyReply,
  source: (signal: AbortSignal) => AsyncIterable<StreamedEvent>,
  closing: AbortSignal,
): Promise<void> {
  reply.hijack()
  const response = reply.raw
  const gone = new AbortController()
  const signal = AbortSignal.any([gone.signal, closing])
  response.on('close', () => gone.abort())
  response.on('error', () => gone.abort())
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  response.write('retry: 1000\n\n')
  const heartbeat = setInterval(() => response.write(': heartbeat\n\n'), heartbeatMs)
  try {
    for await (const { id, type, data } of source(signal)) {
      response.write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
      if (response.writableLength < mostWaiting) continue
      await once(response, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) })
    }
  } catch (error) {
    // The reader comes back with the last id that it has.
    if (!signal.aborted) reply.log.warn({ err: error }, 'a stream of events was cut off')
  } finally {
    clearInterval(heartbeat)
    response.end()
    setTimeout(() => response.destroy(), 1000).unref()
  }
}

/** What a reader had last, by what it says when it comes back. */
export function lastEventId(request: FastifyRequest): string | undefined {
  const given = request.headers['last-event-id']
  if (given === undefined || given === '') return undefined
  if (typeof given === 'string' && /^\d{1,20}$/.test(given)) return given
  throw new RejectedError({
    code: 'VALIDATION_FAILED',
    message: 'last-event-id: expected the id of an event of this stream',
    field: 'last-event-id',
  })
}
