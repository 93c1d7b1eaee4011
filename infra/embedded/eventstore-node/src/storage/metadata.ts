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

function integer(value: unknown, least: number): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least) throw new InvalidMetadataError()
  return value
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
  for (const [key, name] of Object.entries(ACL_KEYS)) {
    if (key in value) acl[name] = roles((value as Record<string, unknown>)[key])
  }
  return acl
}

/**
 * Reads the data of a metadata event. As in EventStoreDB one value that makes no sense voids all of it:
 * metadata that cannot be read has no effect.
 */
export function parseMetadata(json: Uint8Array): StreamMetadata {
  try {
    const raw: unknown = JSON.parse(Buffer.from(json).toString('utf8'))
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return EMPTY_METADATA
    const fields = raw as Record<string, unknown>
    const maxCount = integer(fields['$maxCount'], 1)
    const maxAge = integer(fields['$maxAge'], 1)
    const truncateBefore = integer(fields['$tb'], 0)
    integer(fields['$cacheControl'], 1)
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

/** The metadata of a soft-deleted stream that comes back: `$tb` at its next revision, the rest as it was. */
export function undeletedMetadata(json: Uint8Array, nextRevision: number): Buffer | undefined {
  try {
    const raw: unknown = JSON.parse(Buffer.from(json).toString('utf8'))
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undefined
    return Buffer.from(JSON.stringify({ ...raw, $tb: nextRevision }))
  } catch {
    return undefined
  }
}

export const isMetastream = (stream: string): boolean => stream.startsWith('$$')
export const metastreamOf = (stream: string): string => `$$${stream}`
export const originalStreamOf = (metastream: string): string => metastream.slice(2)
