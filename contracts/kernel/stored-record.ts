import type { RawRecord } from './envelope.ts'

/** A record as the log keeps it, for what carries it on: data and metadata as bytes, empty where there are none. */
export type StoredRecord = Omit<RawRecord, 'data' | 'metadata'> & {
  readonly dataBytes: Uint8Array
  readonly metadataBytes: Uint8Array
}

const jsonType = 'application/json'
const utf8 = new TextDecoder()

/** Written by hand, JSON may nest without an end; writing it out again would then exhaust the stack of every reader. */
const deepest = 200

/** Whether JSON nests deeper than any reader has to bear (200 levels). */
export function nestsTooDeep(json: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (inString) {
      if (character === '\\') at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{' || character === '[') {
      if (++depth > deepest) return true
    } else if (character === '}' || character === ']') depth--
  }
  return false
}

function parseJson(text: string, otherwise: unknown): unknown {
  // Each level takes two characters: short texts need not be looked through.
  if (text.length > 2 * deepest && nestsTooDeep(text)) return otherwise
  try {
    return JSON.parse(text)
  } catch {
    return otherwise
  }
}

/** A record's data: JSON where it says so (its text where that is not true, or it nests too deep), else bytes. */
export function dataOf(contentType: string, bytes: Uint8Array): unknown {
  if (contentType !== jsonType) return bytes
  const text = utf8.decode(bytes)
  return parseJson(text, text)
}

/** A stored record with its JSON parsed. Metadata that is no JSON stays bytes; where there is none it is `undefined`. */
export function rawRecordOf(stored: StoredRecord): RawRecord {
  const { id, type, streamId, revision, position, preparePosition, contentType, dataBytes, metadataBytes } = stored
  const data = dataOf(contentType, dataBytes)
  const metadata = metadataBytes.length > 0 ? parseJson(utf8.decode(metadataBytes), metadataBytes) : undefined
  return { id, type, streamId, revision, position, preparePosition, contentType, data, metadata }
}
