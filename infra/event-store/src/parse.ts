import {
  eventMetadata,
  parseEvent,
  type RawRecord,
  type RecordedEvent,
  type UnreadableEvent,
} from '@mosaic/contracts/kernel'
import { definitions } from '@mosaic/contracts/messaging'
import type { LogEvent, Quarantined, ReadItem } from './types.ts'

/** Parses a record with the definitions in contracts, older versions brought up first. Never throws. */
export function parseRecord(raw: RawRecord): ReadItem {
  const metadata = eventMetadata.safeParse(raw.metadata)
  if (!metadata.success) {
    const known = Object.hasOwn(definitions, raw.type)
    const code = known ? 'INVALID_EVENT_DATA' : 'UNKNOWN_EVENT_TYPE'
    return { kind: 'quarantined', record: raw, reason: { code, message: `metadata of ${raw.type} does not parse` } }
  }
  const parsed = parseEvent(definitions, {
    type: raw.type,
    data: raw.data,
    schemaVersion: metadata.data.schemaVersion,
  })
  if (!parsed.ok) return { kind: 'quarantined', record: raw, reason: parsed.reason }
  const { id, type, streamId, revision, position } = raw
  const event: RecordedEvent = { id, type, streamId, revision, position, data: parsed.data, metadata: metadata.data }
  // The schema of `type` has just vouched for `data`: the one place where that becomes a type.
  return { kind: 'event', event: event as LogEvent, raw }
}

/** What is said of an event in quarantine to whoever reads its stream. */
export const unreadableAt = ({ record: { revision, position }, reason }: Quarantined): UnreadableEvent => ({
  revision,
  position,
  reason: `${reason.code}: ${reason.message}`,
})
