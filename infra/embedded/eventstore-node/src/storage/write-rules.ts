import { TOMBSTONE_REVISION } from '../wire/record.ts'

/** Expected revisions that are no revision; the numbers EventStoreDB shows in its trailers. */
export const Expected = { NO_STREAM: -1, ANY: -2, STREAM_EXISTS: -4 } as const

/** What a decision about a write needs to know of its stream. */
export interface StreamFacts {
  /** The newest revision, -1 without events, {@link TOMBSTONE_REVISION} when tombstoned. */
  readonly last: number
  softDeleted(): boolean
  hasMetadata(): boolean
  /** The revision under which a recently written id is known in this stream. */
  recentRevision(id: string): number | undefined
  /** The id of the event at a revision, whether readers still see it or not. */
  idAt(revision: number): string | undefined
}

export type Decision =
  | { readonly kind: 'write' }
  | { readonly kind: 'repeat'; readonly last: number }
  | { readonly kind: 'wrong-expected-revision' }
  | { readonly kind: 'deleted' }

const WRITE: Decision = { kind: 'write' }
const WRONG: Decision = { kind: 'wrong-expected-revision' }
const DELETED: Decision = { kind: 'deleted' }

/** Under ANY and STREAM_EXISTS a write is a repeat when every id is known in the stream, in whatever order. */
function decideByIds(facts: StreamFacts, ids: readonly string[]): Decision {
  let last = -1
  for (const [index, id] of ids.entries()) {
    const revision = facts.recentRevision(id)
    if (revision === undefined) return index === 0 ? WRITE : WRONG
    last = revision
  }
  return ids.length === 0 ? WRITE : { kind: 'repeat', last }
}

/** Below the newest revision a write can only be a repeat of just what stands behind the expected revision. */
function decideBelow(facts: StreamFacts, expected: number, ids: readonly string[]): Decision {
  let revision = expected
  for (const [index, id] of ids.entries()) {
    revision++
    // What a scavenge took is still known by its id, for a while.
    if (facts.recentRevision(id) === revision || facts.idAt(revision) === id) continue
    return index === 0 && expected === Expected.NO_STREAM && facts.softDeleted() ? WRITE : WRONG
  }
  if (ids.length === 0) return WRONG
  return { kind: 'repeat', last: revision }
}

/**
 * Decides about a write as EventStoreDB does (its IndexWriter.CheckCommit): idempotency goes by event id
 * alone, never by content; a known id followed by a new one is refused; a new id followed by a known one is written.
 */
export function decide(facts: StreamFacts, expected: number, ids: readonly string[]): Decision {
  const { last } = facts
  if (last === TOMBSTONE_REVISION) return DELETED
  if (expected === Expected.STREAM_EXISTS) {
    if (facts.softDeleted()) return DELETED
    if (last < 0 && !facts.hasMetadata()) return WRONG
  }
  if (expected === Expected.ANY || expected === Expected.STREAM_EXISTS) return decideByIds(facts, ids)
  if (expected < last) return decideBelow(facts, expected, ids)
  return expected > last ? WRONG : WRITE
}
