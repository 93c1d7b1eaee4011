import type { RawRecord } from '@mosaic/contracts/kernel'
import type { ReadItem } from '@mosaic/event-store'
import { type NoTables, type ParkedRow, parkedRecordOf, upsertRows } from '@mosaic/postgres'
import { sql, type Transaction } from 'kysely'
import { workspaceOf } from './log.ts'

/**
 * An event that a generation could not take in, or that waits behind one of its stream: a sequence never runs past its
 * hole. The first of a stream is the cause and has an error; those that wait have none.
 */
export type Parked = {
  readonly record: RawRecord
  /** Whose it is; `null`, and so no reader's, where that cannot be told. */
  readonly workspaceId: string | null
  readonly error: string | null
}

export const recordOf = (item: ReadItem): RawRecord => (item.kind === 'event' ? item.raw : item.record)

export const parkedOf = (item: ReadItem, error: string | null, workspaceId = workspaceOf(item)): Parked => ({
  record: recordOf(item),
  workspaceId,
  error,
})

export const describe = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

const columns = {
  position: 'bigint',
  event_id: 'text',
  event_type: 'text',
  stream_id: 'text',
  revision: 'bigint',
  workspace_id: 'text',
  content_type: 'text',
  error: 'text',
  payload: 'json',
} as const satisfies Record<keyof ParkedRow, string>

export async function park(transaction: Transaction<NoTables>, parked: readonly Parked[]): Promise<void> {
  const rows = parked.map(({ record, workspaceId, error }) => ({
    position: record.position,
    event_id: record.id,
    event_type: record.type,
    stream_id: record.streamId,
    revision: record.revision,
    workspace_id: workspaceId,
    content_type: record.contentType,
    error,
    payload: JSON.stringify({ data: printable(record.data), metadata: record.metadata ?? null }),
  }))
  await upsertRows(transaction, { table: 'parked', columns, key: ['position'], onConflict: 'nothing' }, rows)
}

const printable = (data: unknown) => (data instanceof Uint8Array ? Buffer.from(data).toString('base64') : data)

/** Which of some streams have a hole. */
export async function streamsWithHoles(
  transaction: Transaction<NoTables>,
  streamIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ streamId: string }>`
    select distinct stream_id as "streamId" from parked where stream_id = any (${streamIds}::text[])`.execute(
    transaction,
  )
  return new Set(rows.map((row) => row.streamId))
}

/** The parked events of one stream, or of all, each stream's in its order. */
export async function readParked(
  transaction: Transaction<NoTables>,
  streamId: string | null,
): Promise<readonly RawRecord[]> {
  const { rows } = await sql<ParkedRow>`
    select * from parked where ${streamId}::text is null or stream_id = ${streamId} order by position`.execute(
    transaction,
  )
  return rows.map(parkedRecordOf)
}

export async function unpark(transaction: Transaction<NoTables>, position: string, streamId: string): Promise<void> {
  await sql`delete from parked where position = ${position} and stream_id = ${streamId}`.execute(transaction)
}

export async function setError(transaction: Transaction<NoTables>, position: string, error: string): Promise<void> {
  await sql`update parked set error = ${error} where position = ${position}`.execute(transaction)
}
