import { crc32 } from 'node:zlib'
import { corruptAt } from './corruption.ts'

/** Where an event id was written. `stream` is the stream's number in the store. */
export interface IdEntry {
  stream: number
  revision: number
}

/** The four words of a canonical uuid. */
export type IdKey = [a: number, b: number, c: number, d: number]

export const ENTRY_SIZE = 32
const SEAL_SIZE = 4

/** Entries with their CRC-32 behind them. */
export function sealedIds(entries: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(entries.length + SEAL_SIZE)
  sealed.set(entries)
  sealed.writeUInt32LE(crc32(entries), entries.length)
  return sealed
}

/** The entries of a row, checked. The first stores had no checksum there. */
export function checkedIds(row: Uint8Array, position: number): Uint8Array {
  if (row.length % ENTRY_SIZE === 0) return row
  const entries = row.subarray(0, -SEAL_SIZE)
  const seal = new DataView(row.buffer, row.byteOffset + entries.length, SEAL_SIZE)
  if (seal.getUint32(0, true) !== crc32(entries)) throw corruptAt(position, 'the ids up to here are damaged')
  return entries
}
const SMALLEST = 1024

/** Open addressing over typed arrays: 32 bytes an entry where a Map would take four times that. */
class Generation {
  count = 0
  #capacity = SMALLEST
  #keys = new Uint32Array(SMALLEST * 4)
  #streams = new Float64Array(SMALLEST)
  #revisions = new Float64Array(SMALLEST)

  /** The slot of the key, or of the gap where it belongs. A stream number is never 0: that marks a gap. */
  #slot(a: number, b: number, c: number, d: number): number {
    const mask = this.#capacity - 1
    let slot = (Math.imul(a ^ d, 0x9e3779b1) ^ b ^ Math.imul(c, 0x85ebca6b)) & mask
    while (this.#streams[slot] !== 0) {
      const at = slot * 4
      const keys = this.#keys
      if (keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }

  get(key: IdKey): IdEntry | undefined {
    const slot = this.#slot(...key)
    const stream = this.#streams[slot]!
    return stream === 0 ? undefined : { stream, revision: this.#revisions[slot]! }
  }

  /** An id that is known already stays where it is. */
  add(key: IdKey, stream: number, revision: number): void {
    if (this.count * 2 > this.#capacity) this.#grow()
    const slot = this.#slot(...key)
    if (this.#streams[slot] !== 0) return
    this.count++
    for (let word = 0; word < 4; word++) this.#keys[slot * 4 + word] = key[word]!
    this.#streams[slot] = stream
    this.#revisions[slot] = revision
  }

  #grow(): void {
    const [keys, streams, revisions] = [this.#keys, this.#streams, this.#revisions]
    this.#capacity *= 2
    this.#keys = new Uint32Array(this.#capacity * 4)
    this.#streams = new Float64Array(this.#capacity)
    this.#revisions = new Float64Array(this.#capacity)
    this.count = 0
    for (let slot = 0; slot < streams.length; slot++) {
      if (streams[slot] === 0) continue
      const at = slot * 4
      this.add([keys[at]!, keys[at + 1]!, keys[at + 2]!, keys[at + 3]!], streams[slot]!, revisions[slot]!)
    }
  }
}

/** Hexadecimal digits without text being cut out first: every event that comes in has an id. */
function hex(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    value = value * 16 + (code < 0x3a ? code - 0x30 : code - 0x57)
  }
  return value
}

export const idKey = (id: string): IdKey => [
  hex(id, 0, 8),
  hex(id, 9, 13) * 0x10000 + hex(id, 14, 18),
  hex(id, 19, 23) * 0x10000 + hex(id, 24, 28),
  hex(id, 28, 36),
]

/**
 * The ids of the newest events, for appends that expect no particular revision. One id leads to the place
 * where it was written first, as in EventStoreDB; the window is larger than that server's 8 MB cache.
 */
export class RecentIds {
  readonly #span: number
  #current = new Generation()
  #previous = new Generation()
  /** Positions at which the two generations begin: what lies before need not be kept. */
  #currentFrom = 0
  #previousFrom = 0

  /** Remembers at least `span` and at most twice as many ids. */
  constructor(span = 262_144) {
    this.#span = span
  }

  get floor(): number {
    return this.#previousFrom
  }

  get(id: string): IdEntry | undefined {
    const key = idKey(id)
    return this.#current.get(key) ?? this.#previous.get(key)
  }

  /** Takes in entries as they are stored, all of one transaction. */
  load(entries: Uint8Array, position: number): void {
    const view = new DataView(entries.buffer, entries.byteOffset, entries.length)
    for (let at = 0; at < entries.length; at += ENTRY_SIZE) {
      const key = [0, 4, 8, 12].map((word) => view.getUint32(at + word, true)) as IdKey
      this.add(key, view.getFloat64(at + 16, true), view.getFloat64(at + 24, true), position)
    }
  }

  add(key: IdKey, stream: number, revision: number, position: number): void {
    if (this.#current.count >= this.#span) {
      this.#previous = this.#current
      this.#previousFrom = this.#currentFrom
      this.#current = new Generation()
      this.#currentFrom = position
    }
    if (!this.#previous.get(key)) this.#current.add(key, stream, revision)
  }
}
