import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { storeFile } from '../storage/database.ts'
import type { Random } from './random.ts'

/** The bytes of a store on disk. The shared memory file (`-shm`) is no part of it: it does not outlive a power cut. */
export interface StoreFiles {
  store: Buffer
  log: Buffer
}

const SECTOR = 512
/** Of the log's header, which SQLite syncs before it writes anything behind it. */
const HEADER = 32

export function readFiles(folder: string): StoreFiles {
  const [store, log] = ['', '-wal'].map((suffix) => storeFile(folder) + suffix)
  return { store: readFileSync(store!), log: existsSync(log!) ? readFileSync(log!) : Buffer.alloc(0) }
}

export function writeFiles(folder: string, { store, log }: StoreFiles): void {
  mkdirSync(folder)
  writeFileSync(storeFile(folder), store)
  writeFileSync(`${storeFile(folder)}-wal`, log)
}

function firstDifference(one: Buffer, other: Buffer): number {
  const end = Math.min(one.length, other.length)
  for (let at = 0; at < end; at += SECTOR) {
    if (one.subarray(at, at + SECTOR).equals(other.subarray(at, at + SECTOR))) continue
    while (at < end && one[at] === other[at]) at++
    return at
  }
  return end
}

/** Where what was written ends: behind it a log that began anew still has its old frames. */
function endOfDifference(before: Buffer, after: Buffer): number {
  if (before.length !== after.length) return after.length
  let end = after.length
  while (end > 0 && before[end - 1] === after[end - 1]) end--
  return end
}

const noise = (length: number, random: Random) => Buffer.from(Array.from({ length }, () => random.between(0, 255)))

type Torn = (before: Buffer, after: Buffer, range: [from: number, to: number], random: Random) => Buffer

const cut: Torn = (before, after, [from, to], random) => {
  const at = random.between(from, to)
  return Buffer.concat([after.subarray(0, at), before.subarray(at)])
}

/** Some sectors are new, some old, as a disk pleases that writes in an order of its own. */
const mixed: Torn = (before, after, [from, to], random) => {
  const torn = Buffer.from(after)
  for (let at = from, next = 0; at < to; at = next) {
    next = Math.min(to, at + SECTOR - (at % SECTOR))
    if (random.chance(0.5)) continue
    torn.fill(0, at, next)
    if (at < before.length) before.copy(torn, at, at, next)
  }
  return torn
}

/** A file system that knew the size already, but not the bytes. */
const zeroed: Torn = (_before, after, [from, to], random) => {
  const at = random.between(from, to)
  return Buffer.from(after).fill(0, at, Math.min(to, at + random.between(1, 4 * SECTOR)))
}

const garbled: Torn = (_before, after, [from, to], random) => {
  const at = random.between(from, to)
  const torn = Buffer.from(after)
  noise(Math.min(to - at, random.between(1, 4 * SECTOR)), random).copy(torn, at)
  return torn
}

/** What a power cut leaves of a checkpoint: the store half written, and all of the log. */
export function tornCheckpoint(before: StoreFiles, after: StoreFiles, random: Random): StoreFiles {
  const range: [number, number] = [firstDifference(before.store, after.store), after.store.length]
  return { store: random.pick([cut, mixed])(before.store, after.store, range, random), log: before.log }
}

/** What a power cut leaves when it comes while the last transaction goes to the disk. */
export function tornCommit(before: StoreFiles, after: StoreFiles, random: Random): StoreFiles {
  const { store } = after
  // The log is on the disk before the store is touched.
  if (!before.store.equals(store)) return tornCheckpoint({ ...before, log: after.log }, after, random)
  const from = firstDifference(before.log, after.log)
  const to = endOfDifference(before.log, after.log)
  if (from >= to) return after
  const tear = random.pick([cut, cut, mixed, zeroed, garbled])
  if (from >= HEADER) return { store, log: tear(before.log, after.log, [from, to], random) }
  // A log that begins: the header alone, over the old one if there is one, and then the rest.
  const old = before.log.subarray(HEADER)
  if (random.chance(0.2)) return { store, log: Buffer.concat([noise(HEADER, random), old]) }
  const begun = Buffer.concat([after.log.subarray(0, HEADER), old])
  return { store, log: tear(begun, after.log, [HEADER, to], random) }
}
