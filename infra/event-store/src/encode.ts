import { type EventDefinition, type EventMetadata, eventMetadata, nestsTooDeep } from '@mosaic/contracts/kernel'
import { definitions } from '@mosaic/contracts/messaging'
import { InvalidEventError } from './errors.ts'
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

/** What the schema makes of a value. @throws InvalidEventError naming the field. */
function checked(schema: EventDefinition['schema'], value: unknown, type: string, part: string) {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new InvalidEventError(type, [part, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'does not parse')
}

/** @throws InvalidEventError for what no reader would take */
function jsonOf(data: unknown, type: string): string {
  try {
    const json = JSON.stringify(data)
    if (!nestsTooDeep(json)) return json
  } catch (error) {
    // So deep that writing it exhausts the stack.
    if (!(error instanceof RangeError)) throw error
  }
  throw new InvalidEventError(type, 'data', 'nests too deep')
}

/**
 * Events as they are written. Each is parsed by its own schema before: what does not parse would poison its stream, for
 * readers put it in quarantine and no command could be decided there any more. @throws InvalidEventError
 */
export function encodeEvents(
  streamId: string,
  events: readonly NewEvent[],
  context: CommandContext,
  instanceId: string,
): EncodedEvent[] {
  /** All events of one append share their metadata but for the version of their schema. */
  const metadataByVersion = new Map<number, Buffer>()
  const idOf = eventIdsOf(context.commandId, streamId)
  return events.map(({ type, data }, index) => {
    const definition = Object.hasOwn(definitions, type) ? definitions[type] : undefined
    if (!definition) throw new InvalidEventError(type, 'type', 'there is no such event')
    const { schema, version } = definition
    let metadata = metadataByVersion.get(version)
    if (!metadata) {
      const fields = checked(eventMetadata, metadataOf(context, version, instanceId), type, 'metadata')
      metadata = Buffer.from(JSON.stringify(fields))
      metadataByVersion.set(version, metadata)
    }
    const json = jsonOf(checked(schema, data, type, 'data'), type)
    return { id: idOf(index), type, data: json, metadata }
  })
}
