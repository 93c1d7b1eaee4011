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

const code = { quote: 0x22, backslash: 0x5c, '[': 0x5b, ']': 0x5d, '{': 0x7b, '}': 0x7d } as const

/** Where a string that begins at a quote ends; behind the text when it does not. */
function endOfString(json: string, opening: number): number {
  for (let at = opening; ; ) {
    at = json.indexOf('"', at + 1)
    if (at < 0) return json.length
    let escapes = at
    while (json.charCodeAt(escapes - 1) === code.backslash) escapes--
    if ((at - escapes) % 2 === 0) return at
  }
}

/** Whether JSON nests deeper than any reader has to bear (200 levels). */
export function nestsTooDeep(json: string): boolean {
  if (opened(json) <= deepest) return false
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const character = json.charCodeAt(at)
    if (character === code.quote) at = endOfString(json, at)
    else if (character === code['['] || character === code['{']) {
      if (++depth > deepest) return true
    } else if (character === code[']'] || character === code['}']) depth--
  }
  return false
}

/** Brackets that open, those in strings too, as far as they matter: a search, which is quicker than to look at each character. */
function opened(json: string): number {
  let count = 0
  for (const bracket of ['{', '[']) {
    for (let at = json.indexOf(bracket); at >= 0 && count <= deepest; at = json.indexOf(bracket, at + 1)) count++
  }
  return count
}

function parseJson(text: string, otherwise: unknown): unknown {
  if (nestsTooDeep(text)) return otherwise
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
