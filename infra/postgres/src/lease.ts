import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'

export type LeaseOptions = {
  readonly url: string
  readonly applicationName: string
  /** Who holds the lease of this name in this database is alone with it. */
  readonly name: string
  readonly signal: AbortSignal
}

/** Somebody else holds the lease. */
export class LeaseHeldError extends Error {
  override readonly name = 'LeaseHeldError'
}

const checkEveryMs = 2_000

/**
 * Runs `work` while holding a lease (a session's advisory lock on a connection of its own, so that it goes with the
 * process). The signal that `work` gets is aborted when the lease is lost or the caller's is.
 * Throws LeaseHeldError when another session holds it, and what the connection throws.
 */
export async function withLease<Answer>(
  options: LeaseOptions,
  work: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const client = new Client({
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    keepAlive: true,
  })
  const lost = new AbortController()
  client.on('error', () => lost.abort())
  client.on('end', () => lost.abort())
  const signal = AbortSignal.any([options.signal, lost.signal])
  const ended = new AbortController()
  try {
    await client.connect()
    const { rows } = await client.query<{ held: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as held',
      [`lease ${options.name}`],
    )
    if (!rows[0]?.held) throw new LeaseHeldError(`the lease ${options.name} is held elsewhere`)
    void watch(client, AbortSignal.any([signal, ended.signal]), () => lost.abort())
    return await work(signal)
  } finally {
    ended.abort()
    await client.end().catch(() => undefined)
  }
}

/** A connection that is cut without a word is noticed only by asking. */
async function watch(client: Client, signal: AbortSignal, onLost: () => void): Promise<void> {
  try {
    for (;;) {
      await wait(checkEveryMs, undefined, { signal })
      await client.query('select 1')
    }
  } catch {
    if (!signal.aborted) onLost()
  }
}
