import { crc32 } from 'node:zlib'
import { recordEnd } from '../wire/record.ts'
import { corruptAt } from './corruption.ts'
import { PAGE_SIZE } from './page-size.ts'

/**
 * With what SQLite keeps beside them, a page (page-size.ts). Longer runs are written no faster, and who reads one event
 * takes in all of its run. A longer event stands alone.
 */
export const RUN_BYTES = PAGE_SIZE - 128

/**
 * A row of the store is a run: events of one stream that were appended together, one behind the other. Position and
 * revision of the row are those of its *last* event. So the first row at or behind a place is the one that holds it, the
 * newest of a stream and of the store are found without a look inside, and a run of which a scavenge takes the first
 * events stays where it is.
 */
export interface RunRow {
  position: number
  revision: number
  /** CRC-32 of the records. */
  checksum: number
  record: Uint8Array
}

export interface StoredEvent {
  position: number
  record: Uint8Array
}

export interface StreamEvent extends StoredEvent {
  revision: number
}

export const isSound = (checksum: number, record: Uint8Array): boolean => crc32(record) === checksum

/** Where each record begins. */
function beginnings({ position, record }: RunRow): number[] {
  const found: number[] = []
  let at = 0
  do {
    found.push(at)
    at = recordEnd(record, at)
  } while (at < record.length)
  if (at > record.length) throw corruptAt(position, 'the last record is cut off')
  return found
}

/** The events of a row. Nothing leaves the store, and nothing is decided, on bytes that are not what was written. */
export function eventsOf(row: RunRow): StreamEvent[] {
  // Each look at a row takes as long as a row's part in the statement: they are no plain objects.
  const { checksum, record } = row
  if (!isSound(checksum, record)) throw corruptAt(row.position, 'the record does not match its checksum')
  // Most rows hold one event, and are it.
  if (recordEnd(record, 0) === record.length) return [row]
  const { position, revision } = row
  const begin = beginnings(row)
  const last = begin.length - 1
  return begin.map((at, index) => ({
    position: position - begin[last]! + at,
    revision: revision - last + index,
    record: record.subarray(at, begin[index + 1]),
  }))
}

/** What is left of a row without its events below a revision; undefined when it has none. */
export function shortened(row: RunRow, from: number): Pick<RunRow, 'checksum' | 'record'> | undefined {
  const events = eventsOf(row)
  const first = events.find(({ revision }) => revision >= from)
  if (!first || first === events[0]) return undefined
  const record = row.record.subarray(first.position - events[0]!.position)
  return { checksum: crc32(record), record }
}
