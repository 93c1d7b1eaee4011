import { closeSync, existsSync, openSync, readSync } from 'node:fs'

/** Of the stores that this node makes: a page holds a run of events (run.ts). Older ones have pages of 4 KiB. */
export const PAGE_SIZE = 8192

/** Where the header of a store says how large its pages are (sqlite.org/fileformat2.html, "Page Size"). */
const IN_STORE = 16
/** And that of its log ("The Write-Ahead Log"). */
const IN_LOG = 8

const isPageSize = (size: number) => size >= 512 && size <= 32768 && (size & (size - 1)) === 0

function inHeaderOf(storeFile: string): number {
  if (!existsSync(storeFile)) return 0
  const store = openSync(storeFile, 'r')
  try {
    const bytes = Buffer.alloc(2)
    readSync(store, bytes, 0, 2, IN_STORE)
    return bytes.readUInt16BE()
  } finally {
    closeSync(store)
  }
}

/** How large the pages of a store are. A damaged number is no size: then its log says it, where there is one. */
export function pageSizeOf(storeFile: string, log: Buffer): number {
  const sizes = [inHeaderOf(storeFile), log.readUInt32BE(IN_LOG)]
  return sizes.find(isPageSize) ?? PAGE_SIZE
}
