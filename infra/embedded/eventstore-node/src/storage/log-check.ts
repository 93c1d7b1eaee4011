import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { CorruptStoreError } from './corruption.ts'
import { pageSizeOf } from './page-size.ts'

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

interface Log {
  bytes: Buffer
  bigEndian: boolean
  pageSize: number
  frameSize: number
  /** More pages than this no store has that belongs to the log. */
  mostPages: number
}

function readLog(storeFile: string): Log | undefined {
  const file = `${storeFile}-wal`
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  if (bytes.length < HEADER) return undefined
  const pageSize = pageSizeOf(storeFile, bytes)
  const frameSize = FRAME_HEADER + pageSize
  const storeSize = existsSync(storeFile) ? statSync(storeFile).size : 0
  return {
    bytes,
    bigEndian: bytes.readUInt32BE(0) === MAGIC_BIG_ENDIAN,
    pageSize,
    frameSize,
    mostPages: SLACK * (1 + storeSize / pageSize + bytes.length / frameSize),
  }
}

function headerIntact({ bytes, bigEndian }: Log): boolean {
  const [first, second] = addChecksum(bytes, 0, 24, [0, 0], bigEndian)
  return first === bytes.readUInt32BE(24) && second === bytes.readUInt32BE(28)
}

/** Commits behind the first broken frame; `brokenAt` is its offset, undefined when nothing is broken. */
function inspectFrames(log: Log): { brokenAt: number | undefined; commitsBehind: number } {
  const { bytes, bigEndian, frameSize } = log
  const salts = bytes.subarray(16, 24)
  let sums = addChecksum(bytes, 0, 24, [0, 0], bigEndian)
  let brokenAt: number | undefined
  let commitsBehind = 0
  for (let at = HEADER; at + frameSize <= bytes.length; at += frameSize) {
    // Others are of an earlier run of the log, which it has not overwritten yet.
    const current = bytes.subarray(at + 8, at + 16).equals(salts)
    if (brokenAt === undefined) {
      sums = addChecksum(bytes, at, at + 8, sums, bigEndian)
      sums = addChecksum(bytes, at + FRAME_HEADER, at + frameSize, sums, bigEndian)
      const checksOut = current && sums[0] === bytes.readUInt32BE(at + 16) && sums[1] === bytes.readUInt32BE(at + 20)
      if (!checksOut) brokenAt = at
    }
    if (brokenAt !== undefined && current && isCommit(bytes, at, log.mostPages)) commitsBehind++
  }
  return { brokenAt, commitsBehind }
}

/** Where in the log the newest committed content of each page is, whatever its header says. */
function newestPages({ bytes, frameSize, mostPages }: Log): Map<number, number> {
  const newest = new Map<number, number>()
  let open: [page: number, at: number][] = []
  const salts = bytes.subarray(HEADER + 8, HEADER + 16)
  for (let at = HEADER; at + frameSize <= bytes.length; at += frameSize) {
    if (!bytes.subarray(at + 8, at + 16).equals(salts)) break
    open.push([bytes.readUInt32BE(at), at + FRAME_HEADER])
    if (!isCommit(bytes, at, mostPages)) continue
    for (const [page, content] of open) newest.set(page, content)
    open = []
  }
  return newest
}

/**
 * Whether the store has all that the log has. A header that does not check out is harmless then: the power was cut when
 * the log began anew, and what is behind the header is of the run before.
 */
function isInStore(log: Log, storeFile: string): boolean {
  const store = openSync(storeFile, 'r')
  try {
    const page = Buffer.alloc(log.pageSize)
    for (const [number, content] of newestPages(log)) {
      const read = readSync(store, page, 0, log.pageSize, (number - 1) * log.pageSize)
      if (read < log.pageSize || !page.equals(log.bytes.subarray(content, content + log.pageSize))) return false
    }
    return true
  } finally {
    closeSync(store)
  }
}

/** Refuses a store whose log is damaged in front of acknowledged transactions. */
export function checkLog(storeFile: string): void {
  const log = readLog(storeFile)
  if (!log) return
  const damaged = (at: number, what: string) =>
    new CorruptStoreError(
      `${storeFile}-wal is damaged at byte ${at}, with ${what} behind. Nothing was changed; restore a backup.`,
    )
  if (!headerIntact(log)) {
    if (existsSync(storeFile) && isInStore(log, storeFile)) return
    throw damaged(0, 'all its transactions')
  }
  const { brokenAt, commitsBehind } = inspectFrames(log)
  // One commit behind the break is the transaction that was being written when the process died.
  if (brokenAt !== undefined && commitsBehind > 1) throw damaged(brokenAt, `${commitsBehind} transactions`)
}
