import { existsSync, readFileSync, statSync } from 'node:fs'
import { CorruptStoreError } from './corruption.ts'

/*
 * SQLite's write-ahead log (sqlite.org/fileformat2.html, "The Write-Ahead Log"): a header, then frames of a header and
 * a page. Every frame has a checksum over all before it. SQLite reads up to the first frame that does not check out and
 * drops the rest: right after a crash, when that is the transaction nobody was told of, wrong when a bit flipped in
 * the middle and acknowledged transactions come behind. We tell the two apart before SQLite opens the file.
 */
const HEADER = 32
const FRAME_HEADER = 24
const MAGIC_BIG_ENDIAN = 0x377f0683
/** A store has pages that are in no file yet, but never very many. */
const SLACK = 4

type Sums = [first: number, second: number]

function addChecksum(bytes: Buffer, from: number, to: number, [first, second]: Sums, bigEndian: boolean): Sums {
  for (let at = from; at < to; at += 8) {
    const one = bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)
    const two = bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)
    first = (first + one + second) >>> 0
    second = (second + two + first) >>> 0
  }
  return [first, second]
}

/**
 * Whether a frame ends a transaction: it then says how many pages the store has. A torn sector can end in the middle of
 * that number; what is left there is no size of a store that is about as large as this one.
 */
function isCommit(log: Buffer, at: number, mostPages: number): boolean {
  const [page, pages] = [log.readUInt32BE(at), log.readUInt32BE(at + 4)]
  return pages >= page && pages > 0 && pages <= mostPages
}

/**
 * Commits behind the first broken frame; `brokenAt` is its offset, undefined when nothing is broken.
 * @param storeSize bytes of the store without the log.
 */
export function inspectLog(log: Buffer, storeSize: number): { brokenAt: number | undefined; commitsBehind: number } {
  const intact = { brokenAt: undefined, commitsBehind: 0 }
  if (log.length < HEADER) return intact
  const bigEndian = log.readUInt32BE(0) === MAGIC_BIG_ENDIAN
  const pageSize = log.readUInt32BE(8)
  const frameSize = FRAME_HEADER + pageSize
  const mostPages = SLACK * (1 + storeSize / pageSize + log.length / frameSize)
  const salts = log.subarray(16, 24)
  let sums = addChecksum(log, 0, 24, [0, 0], bigEndian)
  let brokenAt = sums[0] === log.readUInt32BE(24) && sums[1] === log.readUInt32BE(28) ? undefined : 0
  let commitsBehind = 0
  for (let at = HEADER; at + frameSize <= log.length; at += frameSize) {
    // Frames of an earlier run of the log, which it has not overwritten yet.
    const current = log.subarray(at + 8, at + 16).equals(salts)
    if (brokenAt === undefined) {
      sums = addChecksum(log, at, at + 8, sums, bigEndian)
      sums = addChecksum(log, at + FRAME_HEADER, at + frameSize, sums, bigEndian)
      const checksOut = current && sums[0] === log.readUInt32BE(at + 16) && sums[1] === log.readUInt32BE(at + 20)
      if (!checksOut) brokenAt = at
    }
    if (brokenAt !== undefined && current && isCommit(log, at, mostPages)) commitsBehind++
  }
  return { brokenAt, commitsBehind }
}

/** Refuses a store whose log is damaged in front of acknowledged transactions. */
export function checkLog(storeFile: string): void {
  const file = `${storeFile}-wal`
  if (!existsSync(file)) return
  const { brokenAt, commitsBehind } = inspectLog(
    readFileSync(file),
    existsSync(storeFile) ? statSync(storeFile).size : 0,
  )
  // One commit behind the break is the transaction that was being written when the process died.
  if (brokenAt === undefined || commitsBehind < 2) return
  throw new CorruptStoreError(
    `${file} is damaged at byte ${brokenAt}, with ${commitsBehind} transactions behind. Nothing was changed; restore a backup.`,
  )
}
