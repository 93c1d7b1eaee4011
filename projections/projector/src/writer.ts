import type { ReadItem } from '@mosaic/event-store'
import {
  isMissing,
  isTransient,
  type NoTables,
  progressChannel,
  type Projection,
  roles,
  upsertRows,
} from '@mosaic/postgres'
import { type Kysely, sql, type Transaction } from 'kysely'
import { type Batch, batchOf, sortOut } from './batch.ts'
import { isAfter, type Position, positionOf } from './position.ts'

/** The stored checkpoint lies before the batch: Postgres lost its last commits. Read on from the log. */
export class CheckpointMovedBackError extends Error {
  override readonly name = 'CheckpointMovedBackError'
}

/** A generation of another version has taken this one's place. */
export class SupersededError extends Error {
  override readonly name = 'SupersededError'
}

export type WriterOptions = {
  readonly db: Kysely<NoTables>
  readonly projection: Projection
  readonly schema: string
  /** Announce progress to those who wait for it: only a live generation does. */
  readonly announce: boolean
  readonly onParked?: (parked: Parked) => void
}

export type Parked = {
  readonly position: string
  readonly eventId: string
  readonly eventType: string
  readonly streamId: string
  readonly error: string
  readonly payload: unknown
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
    return await commit(options, batch, (transaction, items) => takeIn(transaction, options, items))
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
      return await commit(options, batch, (transaction, items) => takeIn(transaction, options, items))
    } catch (error) {
      if (passes(error)) throw error
      last = error
    }
  }
  const message = last instanceof Error ? `${last.name}: ${last.message}` : String(last)
  return commit(options, batch, (transaction, items) =>
    park(
      transaction,
      options,
      items.map((item) => parkedOf(item, message)),
    ),
  )
}

/** One transaction: lock, see what is new, take it in, move the checkpoint. */
async function commit(
  { db, schema, projection, announce }: WriterOptions,
  batch: Batch,
  take: (transaction: Transaction<NoTables>, items: readonly ReadItem[]) => Promise<void>,
): Promise<string> {
  return db.transaction().execute(async (transaction) => {
    const position = await lockGeneration(transaction, { schema, version: projection.version })
    if (isAfter(batch.after, position)) {
      throw new CheckpointMovedBackError(`${schema} stands at ${position}, before ${batch.after}`)
    }
    if (position !== null && !isAfter(batch.through, position)) return position
    await take(
      transaction,
      batch.items.filter((item) => isAfter(positionOf(item), position)),
    )
    const told = announce ? sql`, pg_notify(${progressChannel}, ${`${projection.name}:${batch.through}`})` : sql``
    await sql`with moved as (update checkpoint set position = ${batch.through} returning position)
      select position ${told} from moved`.execute(transaction)
    return batch.through
  })
}

/**
 * Makes this transaction the only one that writes to a generation of this name, with the projector's rights, and
 * answers its checkpoint. Names are looked up after the lock is there: a swap may have come before.
 */
export async function lockGeneration(
  transaction: Transaction<NoTables>,
  { schema, version }: { schema: string; version: number },
): Promise<Position> {
  // A commit that a crash of Postgres loses takes the checkpoint with it: the log gives the same events again.
  await sql`select set_config('search_path', ${schema}, true), set_config('role', ${roles.projector}, true),
    set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(hashtextextended(${`write ${schema}`}, 0))`.execute(
    transaction,
  )
  const { rows } = await sql<{ version: number; position: Position }>`select version, position from checkpoint`.execute(
    transaction,
  )
  const found = rows[0]
  if (found?.version !== version) throw new SupersededError(`${schema} has version ${found?.version}, not ${version}`)
  return found.position
}

async function takeIn(
  transaction: Transaction<NoTables>,
  options: WriterOptions,
  items: readonly ReadItem[],
): Promise<void> {
  const { events, unreadable } = sortOut(options.projection, items)
  if (unreadable.length > 0) {
    await park(
      transaction,
      options,
      unreadable.map((item) => parkedOf(item, `${item.reason.code}: ${item.reason.message}`)),
    )
  }
  if (events.length > 0) await options.projection.apply(transaction, events)
}

function parkedOf(item: ReadItem, error: string): Parked {
  const record = item.kind === 'event' ? item.raw : item.record
  const { position, id, type, streamId, data, metadata } = record
  return { position, eventId: id, eventType: type, streamId, error, payload: { data: printable(data), metadata } }
}

const printable = (data: unknown) => (data instanceof Uint8Array ? Buffer.from(data).toString('base64') : data)

const parkedColumns = {
  position: 'bigint',
  event_id: 'text',
  event_type: 'text',
  stream_id: 'text',
  error: 'text',
  payload: 'json',
}

async function park(
  transaction: Transaction<NoTables>,
  { onParked }: WriterOptions,
  parked: readonly Parked[],
): Promise<void> {
  const rows = parked.map(({ position, eventId, eventType, streamId, error, payload }) => ({
    position,
    event_id: eventId,
    event_type: eventType,
    stream_id: streamId,
    error,
    payload: JSON.stringify(payload ?? null),
  }))
  await upsertRows(
    transaction,
    { table: 'parked', columns: parkedColumns, key: ['position'], onConflict: 'nothing' },
    rows,
  )
  for (const one of parked) onParked?.(one)
}
