import { crc32 } from 'node:zlib'

/** The store does not hold what was written to it. The message names the place. */
export class CorruptStoreError extends Error {
  override name = 'CorruptStoreError'
}

export const corruptAt = (position: number, what: string): CorruptStoreError =>
  new CorruptStoreError(`position ${position}: ${what}`)

/** Nothing leaves the store, and nothing is decided, on bytes that are not what was written. */
export function checkRecord(position: number, checksum: number, record: Uint8Array): void {
  if (crc32(record) !== checksum) throw corruptAt(position, 'the record does not match its checksum')
}
