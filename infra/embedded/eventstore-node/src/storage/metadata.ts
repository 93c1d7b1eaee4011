/** The part of a stream's `$metadata` event that governs what of the stream can be seen. */
export interface StreamMetadata {
  maxCount?: number
  /** Seconds. */
  maxAge?: number
  /** Events below are gone; {@link SOFT_DELETED} marks a stream as deleted. */
  truncateBefore?: number
  acl?: StreamAcl
}

/** Role names by operation; an absent list means the default of the operation. */
export interface StreamAcl {
  read?: string[]
  write?: string[]
  delete?: string[]
  metaRead?: string[]
  metaWrite?: string[]
}

/** `$tb` of a deleted stream: 2^63 - 1 on the wire, which JSON.parse rounds to this. */
export const SOFT_DELETED = 2 ** 63
export const EMPTY_METADATA: StreamMetadata = Object.freeze({})
/** Readers see only the newest event of a metastream, whatever its own metastream says. */
export const METASTREAM_METADATA: StreamMetadata = Object.freeze({ maxCount: 1 })

const ACL_KEYS = { $r: 'read', $w: 'write', $d: 'delete', $mr: 'metaRead', $mw: 'metaWrite' } as const

class InvalidMetadataError extends Error {
  override name = 'InvalidMetadataError'
}

const MAX_INT64 = 2n ** 63n - 1n
/** The longest time that .NET can express. */
const MAX_SECONDS = 922_337_203_685

/** Integers as they are written: a JavaScript number neither tells 1.0 from 1 nor 2^63 - 1 from its neighbours. */
function exact(_key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && /^-?\d+$/.test(source!) ? BigInt(source!) : value
}

const parseExactly = (json: Uint8Array): unknown =>
  JSON.parse(Buffer.from(json).toString('utf8'), exact as Parameters<typeof JSON.parse>[1])

/** A whole number that fits 64 bits; below `least` it says nothing. */
function integer(value: unknown, least: number): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'bigint' || value > MAX_INT64 || value < -MAX_INT64 - 1n) throw new InvalidMetadataError()
  if (value === MAX_INT64) return SOFT_DELETED
  return value < least ? undefined : Math.min(Number(value), Number.MAX_SAFE_INTEGER)
}

function seconds(value: unknown): number | undefined {
  const count = integer(value, -(2 ** 63))
  if (count !== undefined && Math.abs(count) > MAX_SECONDS) throw new InvalidMetadataError()
  return count !== undefined && count > 0 ? count : undefined
}

function roles(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value) && value.every((role) => typeof role === 'string')) return value
  throw new InvalidMetadataError()
}

/** Reads an access control list as metadata and `$settings` have it; throws when it is none. */
export function readAcl(value: unknown): StreamAcl | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InvalidMetadataError()
  const acl: StreamAcl = {}
  for (const [key, names] of Object.entries(value)) {
    if (!Object.hasOwn(ACL_KEYS, key)) throw new InvalidMetadataError()
    acl[ACL_KEYS[key as keyof typeof ACL_KEYS]] = roles(names)
  }
  return acl
}

/**
 * Reads the data of a metadata event. As in EventStoreDB a value of the wrong type voids all of it: metadata
 * that cannot be read has no effect. A count or an age of 0 or less is as good as none.
 */
export function parseMetadata(json: Uint8Array): StreamMetadata {
  try {
    const raw = parseExactly(json)
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return EMPTY_METADATA
    const fields = raw as Record<string, unknown>
    const maxCount = integer(fields['$maxCount'], 1)
    const maxAge = seconds(fields['$maxAge'])
    const truncateBefore = integer(fields['$tb'], 0)
    seconds(fields['$cacheControl'])
    if (fields['$tmp'] !== undefined && typeof fields['$tmp'] !== 'boolean') throw new InvalidMetadataError()
    const acl = readAcl(fields['$acl'])
    return {
      ...(maxCount !== undefined && { maxCount }),
      ...(maxAge !== undefined && { maxAge }),
      ...(truncateBefore !== undefined && { truncateBefore }),
      ...(acl && { acl }),
    }
  } catch {
    return EMPTY_METADATA
  }
}

export const isSoftDeleted = (metadata: StreamMetadata): boolean => metadata.truncateBefore === SOFT_DELETED

export const SOFT_DELETE_JSON = Buffer.from('{"$tb":9223372036854775807}')

/** Not yet among the types of the language. */
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown }
const integerAsWas = (_key: string, value: unknown) => (typeof value === 'bigint' ? rawJSON(String(value)) : value)

/** The metadata of a soft-deleted stream that comes back: `$tb` at its next revision, the rest as it was. */
export function undeletedMetadata(json: Uint8Array, nextRevision: number): Buffer | undefined {
  try {
    const raw = parseExactly(json)
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undefined
    return Buffer.from(JSON.stringify({ ...raw, $tb: nextRevision }, integerAsWas))
  } catch {
    return undefined
  }
}

export const isMetastream = (stream: string): boolean => stream.startsWith('$$')
export const metastreamOf = (stream: string): string => `$$${stream}`
export const originalStreamOf = (metastream: string): string => metastream.slice(2)
