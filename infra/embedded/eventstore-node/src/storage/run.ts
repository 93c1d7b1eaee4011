import { crc32 } from 'node:zlib'
import { recordEnd } from '../wire/record.ts'
import { corruptAt } from './corruption.ts'

/** Longer runs are written no faster, and who reads one event takes in all of its run. A longer event stands alone. */
export const RUN_BYTES = 8 * 1024

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

export const isSound = ({ checksum, record }: RunRow): boolean => crc32(record) === checksum

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
export class Run {
  readonly #row: RunRow
  readonly #beginnings: readonly number[]

  constructor(row: RunRow) {
    if (!isSound(row)) throw corruptAt(row.position, 'the record does not match its checksum')
    this.#row = row
    this.#beginnings = beginnings(row)
  }

  /** How many events there are. */
  get length(): number {
    return this.#beginnings.length
  }

  /** The revision of the first event. */
  get first(): number {
    return this.#row.revision - this.length + 1
  }

  at(index: number): StreamEvent {
    const last = this.length - 1
    if (last === 0) return this.#row
    const { position, revision, record } = this.#row
    const from = this.#beginnings[index]!
    return {
      position: position - this.#beginnings[last]! + from,
      revision: revision - last + index,
      record: record.subarray(from, this.#beginnings[index + 1]),
    }
  }

  events(): StreamEvent[] {
    return this.#beginnings.map((_, index) => this.at(index))
  }

  /** What stays of the row without the events below a revision. */
  cut(revision: number): Pick<RunRow, 'checksum' | 'record'> {
    const record = this.#row.record.subarray(this.#beginnings[revision - this.first])
    return { checksum: crc32(record), record }
  }
}
