import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { RUN_BYTES } from './run.ts'

/** Bytes of new records that go to subscribers without being read again; they read the longer ones page by page. */
const MOST_FRESH = 64 * 1024

/** Where an event stands; `stream` is the stream's number in the store. */
export interface Place {
  position: number
  stream: number
  revision: number
}

/** Gathers the events of an append into runs, and writes each run into a row. */
export class RunWriter {
  readonly #insert: StatementSync
  /** The records of the transaction, one behind the other; anew from the start when they are many. SQLite copies them. */
  #memory = Buffer.allocUnsafeSlow(2 * MOST_FRESH)
  #begin = 0
  #end = 0
  #last: Place = { position: 0, stream: 0, revision: 0 }

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?)')
  }

  /** A transaction begins. */
  begin(): void {
    this.#begin = 0
    this.#end = 0
  }

  /** Room for the next record of the run; where it would make it too long the run ends before. */
  readonly room = (size: number): Buffer => {
    if (this.#end - this.#begin + size > RUN_BYTES) this.finish()
    if (this.#end + size > this.#memory.length) {
      this.finish()
      this.begin()
    }
    if (size > this.#memory.length) this.#memory = Buffer.allocUnsafeSlow(size)
    this.#end += size
    return this.#memory.subarray(this.#end - size, this.#end)
  }

  /** The record that was put into the {@link room} is of the event at a place. */
  add(place: Place): void {
    this.#last = place
  }

  /** Writes the run. */
  finish(): void {
    if (this.#begin === this.#end) return
    const records = this.#memory.subarray(this.#begin, this.#end)
    const { position, stream, revision } = this.#last
    this.#insert.run(position, stream, revision, crc32(records), records)
    this.#begin = this.#end
  }

  /**
   * All that the transaction wrote, `size` bytes; nothing when it is much. In memory of its own: what changes threads takes
   * all of its buffer along.
   */
  fresh(size: number): Uint8Array {
    return new Uint8Array(this.#memory.subarray(0, size > MOST_FRESH ? 0 : size))
  }
}
