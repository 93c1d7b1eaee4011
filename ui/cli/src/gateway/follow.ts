import { setTimeout as wait } from 'node:timers/promises'
import { type StreamFrame, streamFrame } from '@mosaic/contracts/http'
import { CliError } from '../cli.ts'
import type { Client } from './client.ts'
import { RefusedError } from './refusal.ts'
import { serverSentEvents } from './server-sent-events.ts'

/** For so long a stream that broke is asked for again before giving up. */
const patienceMs = 60_000

/**
 * A live stream's frames, without a gap or a repeat over broken connections: it is asked for again from the last id.
 * Ends when the signal is aborted; throws when the first attempt fails, or the gateway is away for over a minute.
 */
export async function* follow(client: Client, path: string, signal: AbortSignal): AsyncGenerator<StreamFrame> {
  let lastId: string | undefined
  let lastSign: number | undefined
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': lastId }
      const response = await client.open(path, headers, signal)
      lastSign = performance.now()
      for await (const { id, data } of serverSentEvents(response.body ?? new ReadableStream())) {
        lastSign = performance.now()
        const frame = streamFrame.parse(JSON.parse(data))
        lastId = id ?? lastId
        yield frame
      }
    } catch (error) {
      if (signal.aborted) return
      const passing = !(error instanceof RefusedError) || error.problem.status === 503
      const sinceMs = lastSign === undefined ? Infinity : performance.now() - lastSign
      if (!passing || sinceMs > patienceMs) throw error instanceof CliError ? error : new CliError(String(error))
    }
    await wait(500, undefined, { signal }).catch(() => undefined)
  }
}
