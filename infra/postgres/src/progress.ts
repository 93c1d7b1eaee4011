import { setTimeout as wait } from 'node:timers/promises'
import { BackOff } from '@mosaic/runtime'
import type { Kysely } from 'kysely'
import { Client } from 'pg'
import { checkpointOf, progressChannel } from './checkpoint.ts'
import { schemaOf } from './projection.ts'

/** How far a read model is (decimal commit position), and whether that is as far as was asked. */
export type Reached = { readonly reached: boolean; readonly position: string }

export type Progress = {
  /**
   * Waits until a live read model has passed a position, at most `timeoutMs`: read your own writes.
   * Rejects as a query would when Postgres does not answer or the model has not been built.
   */
  waitFor(projection: string, position: string, timeoutMs: number): Promise<Reached>
  close(): Promise<void>
}

const pollEveryMs = 25

/** Follows what projectors announce, on one connection that is made anew when it breaks; until then waiters poll. */
export function followProgress<DB>(options: { url: string; applicationName: string; db: Kysely<DB> }): Progress {
  const announced = new Map<string, string>()
  const closing = new AbortController()
  let listening = false
  let changed = Promise.withResolvers<void>()
  const wakeAll = () => {
    changed.resolve()
    changed = Promise.withResolvers()
  }
  const follow = async () => {
    const backOff = new BackOff({ firstMs: 100, longestMs: 2_000 })
    while (!closing.signal.aborted) {
      await listen(options, closing.signal, {
        onListening() {
          listening = true
          backOff.reset()
        },
        onProgress(projection, position) {
          announced.set(projection, position)
          wakeAll()
        },
      }).catch(() => undefined)
      listening = false
      // What comes next may be another database's truth: a restored or an emptied one.
      announced.clear()
      wakeAll()
      await backOff.pause(closing.signal)
    }
  }
  const following = follow()
  const isPast = (position: string | undefined, wanted: bigint) => position !== undefined && BigInt(position) >= wanted

  return {
    async waitFor(projection, position, timeoutMs) {
      const wanted = BigInt(position)
      const deadline = performance.now() + timeoutMs
      let current = announced.get(projection)
      while (!isPast(current, wanted)) {
        const next = changed.promise
        // After taking hold of `next`, so that what is announced meanwhile is not slept through.
        current = announced.get(projection)
        if (!isPast(current, wanted)) current = await checkpointOf(options.db, schemaOf(projection))
        const left = deadline - performance.now()
        if (isPast(current, wanted) || left <= 0) break
        await Promise.race([next, wait(listening ? left : Math.min(left, pollEveryMs), undefined, { ref: false })])
        current = announced.get(projection)
      }
      return { reached: isPast(current, wanted), position: current ?? '0' }
    },
    async close() {
      closing.abort()
      await following
    },
  }
}

type Listener = { onListening(): void; onProgress(projection: string, position: string): void }

/** Resolves when the connection has ended or the signal is aborted; rejects when it cannot be made. */
async function listen(
  { url, applicationName }: { url: string; applicationName: string },
  signal: AbortSignal,
  listener: Listener,
): Promise<void> {
  const client = new Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  })
  const ended = Promise.withResolvers<void>()
  client.on('error', () => ended.resolve())
  client.on('end', () => ended.resolve())
  client.on('notification', ({ payload = '' }) => {
    const [projection, position] = payload.split(':')
    if (projection && position) listener.onProgress(projection, position)
  })
  signal.addEventListener('abort', () => ended.resolve())
  try {
    await client.connect()
    await client.query(`listen ${progressChannel}`)
    listener.onListening()
    if (!signal.aborted) await ended.promise
  } finally {
    await client.end().catch(() => undefined)
  }
}
