import { z } from 'zod'
import { position, timestamp, workspaceId } from './ids.ts'

/** Who brought a fact about. */
export const actor = z.object({
  kind: z.enum(['operator', 'agent', 'system', 'peer']),
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(200).optional(),
})
export type Actor = z.infer<typeof actor>

/** Metadata of every event; `$correlationId` and `$causationId` are EventStoreDB's own names for its projections. */
export const eventMetadata = z.object({
  $correlationId: z.string(),
  $causationId: z.string(),
  commandId: z.string(),
  workspaceId,
  actor,
  occurredAt: timestamp,
  schemaVersion: z.int().min(1),
  instanceId: z.string(),
  traceparent: z.string().optional(),
})
export type EventMetadata = z.infer<typeof eventMetadata>

/** An event as it was read from the log, its data still unparsed: what streams, audit and the wire carry. */
export const recordedEvent = z.object({
  id: z.string(),
  type: z.string(),
  streamId: z.string(),
  revision: z.int().min(0),
  position,
  data: z.unknown(),
  metadata: eventMetadata,
})
export type RecordedEvent = z.infer<typeof recordedEvent>

/** Where a stream holds an event that cannot be read, and why: what follows it is known only in part. */
export const unreadableEvent = z.object({ revision: z.int().min(0), position, reason: z.string() })
export type UnreadableEvent = z.infer<typeof unreadableEvent>

/** What the log holds before any parsing: `data` is JSON where the content type says so, else bytes. */
export type RawRecord = Omit<RecordedEvent, 'metadata'> & {
  readonly metadata: unknown
  readonly contentType: string
  /** Decimal, like `position` (the commit position). */
  readonly preparePosition: string
}

/** The same with parsed data, told apart by `type`. */
export type Recorded<E extends { type: string; data: unknown }> = E extends unknown
  ? Omit<RecordedEvent, 'type' | 'data'> & E
  : never
