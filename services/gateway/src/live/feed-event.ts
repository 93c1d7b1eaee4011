import { eventMetadata, type RecordedEvent } from '@mosaic/contracts/kernel'
import type { ReadItem } from '@mosaic/event-store'

/** An event as the streams send it. Serialised once, however many people watch. */
export type FeedEvent = RecordedEvent & { readonly json: string }

/** Events without Mosaic's metadata belong to no workspace and are shown to nobody; others go out even unparsed. */
export function toRecordedEvent(item: ReadItem): RecordedEvent | undefined {
  if (item.kind === 'event') {
    const { id, type, streamId, revision, position, data, metadata } = item.event
    return { id, type, streamId, revision, position, data, metadata }
  }
  const metadata = eventMetadata.safeParse(item.record.metadata)
  if (!metadata.success) return undefined
  const { id, type, streamId, revision, position, data } = item.record
  return { id, type, streamId, revision, position, data, metadata: metadata.data }
}

export function toFeedEvent(item: ReadItem): FeedEvent | undefined {
  const event = toRecordedEvent(item)
  if (!event) return undefined
  let json: string | undefined
  return {
    ...event,
    get json() {
      json ??= JSON.stringify(event)
      return json
    },
  }
}

export const positionOf = (item: ReadItem): bigint =>
  BigInt(item.kind === 'event' ? item.event.position : item.record.position)

export const revisionOf = (item: ReadItem): number =>
  item.kind === 'event' ? item.event.revision : item.record.revision

/** A text in an event's data. What could not be parsed goes out as well, so that nothing is taken for granted here. */
export function textIn(data: unknown, field: string): string | undefined {
  const value = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[field] : undefined
  return typeof value === 'string' ? value : undefined
}
