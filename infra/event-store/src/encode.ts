import { type EventMetadata, eventMetadata } from '@mosaic/contracts/kernel'
import type { Redactor } from '@mosaic/redaction'
import { checked } from './checked.ts'
import { coveredEvent } from './covered-event.ts'
import { eventIdsOf } from './event-id.ts'
import type { CommandContext, NewEvent } from './types.ts'
import type { EncodedEvent } from './wire/append-request.ts'

const metadataOf = (context: CommandContext, schemaVersion: number, instanceId: string): EventMetadata => ({
  $correlationId: context.correlationId ?? context.commandId,
  $causationId: context.causationId ?? context.commandId,
  commandId: context.commandId,
  workspaceId: context.workspaceId,
  actor: context.actor,
  occurredAt: context.occurredAt.toISOString(),
  schemaVersion,
  instanceId,
  ...(context.traceparent && { traceparent: context.traceparent }),
})

export type Encoding = { readonly instanceId: string; readonly redactor: Redactor }
type Decided<Event> = { readonly streamId: string; readonly events: readonly Event[]; readonly context: CommandContext }

/** The events of one append as they are written, secrets covered. @throws InvalidEventError */
export function encodeEvents<Event extends NewEvent>(
  { streamId, events, context }: Decided<Event>,
  { instanceId, redactor: ofInstance }: Encoding,
): { readonly written: Event[]; readonly encoded: EncodedEvent[] } {
  const redactor = ofInstance.in(context.workspaceId)
  const covered = redactor.value(context)
  /** All events of one append share their metadata but for the version of their schema. */
  const metadataByVersion = new Map<number, Buffer>()
  const metadata = (version: number, type: string) => {
    const fields = checked(eventMetadata, metadataOf(covered, version, instanceId), { type, part: 'metadata' })
    const bytes = Buffer.from(JSON.stringify(fields))
    metadataByVersion.set(version, bytes)
    return bytes
  }
  const idOf = eventIdsOf(covered.commandId, streamId, context.writer)
  const written: Event[] = []
  const encoded = events.map((given, index) => {
    const { event, version, json } = coveredEvent(given, redactor)
    written.push(event)
    const shared = metadataByVersion.get(version) ?? metadata(version, event.type)
    return { id: idOf(index), type: event.type, data: json, metadata: shared }
  })
  return { written, encoded }
}
