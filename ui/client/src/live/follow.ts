import { type StreamFrame, streamFrame } from '@mosaic/contracts/http'
import { after, backOffMs } from '../back-off.ts'
import { ProblemError } from '../errors.ts'
import type { Transport } from '../transport.ts'
import { serverSentEvents } from './server-sent-events.ts'

/** For so long a stream that broke is asked for again before giving up. */
const patienceMs = 60_000

/**
 * A live stream's frames over server-sent events, without a gap or a repeat over broken connections: it is asked for
 * again from the last id. Ends when the signal is aborted; throws when the first attempt fails, or the gateway is away
 * for over a minute.
 */
export async function* follow(transport: Transport, path: string, signal: AbortSignal): AsyncGenerator<StreamFrame> {
  let lastId: string | undefined
  let lastSign: number | undefined
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      const headers: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': lastId }
      const response = await transport.open(path, headers, signal)
      for await (const { id, data } of serverSentEvents(response.body ?? new ReadableStream())) {
        lastSign = performance.now()
        attempt = 0
        const frame = streamFrame.parse(JSON.parse(data))
        lastId = id ?? lastId
        yield frame
      }
      lastSign ??= performance.now()
    } catch (error) {
      if (signal.aborted) return
      const passing = !(error instanceof ProblemError) || error.problem.status === 503
      const sinceMs = lastSign === undefined ? Infinity : performance.now() - lastSign
      if (!passing || sinceMs > patienceMs) throw error
    }
    await after(backOffMs(attempt, Math.random()), signal)
  }
}
