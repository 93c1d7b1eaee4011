import type { RawRecord, StoredRecord } from '@mosaic/contracts/kernel'

const bytesOf = (value: unknown) =>
  value instanceof Uint8Array ? value : new TextEncoder().encode(JSON.stringify(value))

/** A record as the log keeps it, of one that is written down parsed. */
export const storedRecordOf = ({ data, metadata, ...place }: RawRecord): StoredRecord => ({
  ...place,
  dataBytes: bytesOf(data),
  metadataBytes: metadata == null ? new Uint8Array() : bytesOf(metadata),
})
