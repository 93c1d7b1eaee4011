import type { ReadItem } from '@mosaic/event-store'
import { isMissing, isTransient, type NoTables, progressChannel, roles } from '@mosaic/postgres'
import { type Kysely, sql, type Transaction } from 'kysely'
import { type Batch, batchOf } from './batch.ts'
import { describe, park, parkedOf } from './parked.ts'
import { isAfter, type Position, positionOf } from './position.ts'
import { takeIn, type TakeInOptions } from './take-in.ts'

/** The stored checkpoint lies before the batch: Postgres lost its last commits. Read on from the log. */
export class CheckpointMovedBackError extends Error {
  override readonly name = 'CheckpointMovedBackError'
}

/** A generation of another version has taken this one's place. */
export class SupersededError extends Error {
  override readonly name = 'SupersededError'
}

export type WriterOptions = TakeInOptions & {
  readonly db: Kysely<NoTables>
  readonly schema: string
  /** Announce progress to those who wait for it: only a live generation does. */
  readonly announce: boolean
}

/** How often an event is tried by itself before it is parked. */
const attempts = 3

/**
 * Takes a batch into a generation exactly once in effect: rows and checkpoint commit together and what the checkpoint
 * has passed is skipped. An event that the projection fails on is found by halving the batch and parked. Answers the
 * new checkpoint. Throws what may pass (see `isTransient`), CheckpointMovedBackError and SupersededError.
 */
export async function write(options: WriterOptions, batch: Batch): Promise<string> {
  try {
    return await commit(options, batch, (transaction, news) => takeIn(transaction, options, news))
  } catch (error) {
    if (passes(error)) throw error
    if (batch.items.length === 1) return writeOrPark(options, batch, error)
    const middle = batch.items.length >> 1
    const first = batchOf(batch.after, batch.items.slice(0, middle))
    await write(options, first)
    return write(options, batchOf(first.through, batch.items.slice(middle)))
  }
}

const passes = (error: unknown) =>
  isTransient(error) ||
  isMissing(error) ||
  error instanceof CheckpointMovedBackError ||
  error instanceof SupersededError

async function writeOrPark(options: WriterOptions, batch: Batch, firstError: unknown): Promise<string> {
  let last = firstError
  for (let attempt = 1; attempt < attempts; attempt++) {
    try {
      return await commit(options, batch, (transaction, news) => takeIn(transaction, options, news))
    } catch (error) {
      if (passes(error)) throw error
      last = error
    }
  }
  const parked = batch.items.map((item) => parkedOf(item, describe(last)))
  const through = await commit(options, batch, (transaction) => park(transaction, parked))
  for (const one of parked) options.onParked?.(one)
  return through
}

/** One transaction: lock, see what is new, take it in, move the checkpoint. */
async function commit(
  { db, schema, projection, announce }: WriterOptions,
  batch: Batch,
  take: (
    transaction: Transaction<NoTables>,
    news: { readonly items: readonly ReadItem[]; readonly hasHoles: boolean },
  ) => Promise<void>,
): Promise<string> {
  return db.transaction().execute(async (transaction) => {
    const { position, hasHoles } = await lockGeneration(transaction, { schema, version: projection.version })
    if (isAfter(batch.after, position)) {
      throw new CheckpointMovedBackError(`${schema} stands at ${position}, before ${batch.after}`)
    }
    if (position !== null && !isAfter(batch.through, position)) return position
    await take(transaction, { items: batch.items.filter((item) => isAfter(positionOf(item), position)), hasHoles })
    const told = announce ? sql`, pg_notify(${progressChannel}, ${`${projection.name}:${batch.through}`})` : sql``
    await sql`with moved as (update checkpoint set position = ${batch.through} returning position)
      select position ${told} from moved`.execute(transaction)
    return batch.through
  })
}

/**
 * Makes this transaction the only one that writes to a generation of this name, with the projector's rights, and
 * answers its checkpoint and whether anything is parked. Names are looked up after the lock is there: a swap may have
 * come before.
 */
export async function lockGeneration(
  transaction: Transaction<NoTables>,
  { schema, version }: { schema: string; version: number },
): Promise<{ position: Position; hasHoles: boolean }> {
  // A commit that a crash of Postgres loses takes the checkpoint with it: the log gives the same events again.
  await sql`select set_config('search_path', ${schema}, true), set_config('role', ${roles.projector}, true),
    set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(hashtextextended(${`write ${schema}`}, 0))`.execute(
    transaction,
  )
  const { rows } = await sql<{ version: number; position: Position; hasHoles: boolean }>`
    select version, position, exists (select from parked) as "hasHoles" from checkpoint`.execute(transaction)
  const found = rows[0]
  if (found?.version !== version) throw new SupersededError(`${schema} has version ${found?.version}, not ${version}`)
  return found
}
