import { eventMetadata, type RawRecord } from '@mosaic/contracts/kernel'
import { headers as names, subjects } from '@mosaic/contracts/messaging'
import { headers, type MsgHdrs } from '@nats-io/nats-core'
import type { RelayedRecord } from './types.ts'

const json = 'application/json'
const workspaced = eventMetadata.pick({ workspaceId: true })
const workspaceOf = (metadata: unknown) => {
  const parsed = workspaced.safeParse(metadata)
  return parsed.success ? parsed.data.workspaceId : '_'
}

/** One event as a NATS message. Events without Mosaic's metadata go to workspace `_`, so that no reader misses one. */
export function encodeRecord(record: RawRecord, previousPosition: string | null) {
  const header = headers()
  const fields: Record<string, string> = {
    [names.messageId]: record.id,
    [names.position]: `${record.position}/${record.preparePosition}`,
    [names.previousPosition]: previousPosition ?? '-',
    [names.revision]: String(record.revision),
    [names.streamId]: record.streamId,
    [names.eventType]: record.type,
    [names.contentType]: record.contentType,
    [names.metadata]: JSON.stringify(record.metadata ?? null),
  }
  for (const [name, value] of Object.entries(fields)) header.set(name, value)
  const payload = record.contentType === json ? JSON.stringify(record.data) : (record.data as Uint8Array)
  return { subject: subjects.event(workspaceOf(record.metadata), record.streamId, record.type), payload, header }
}

/** The event of a NATS message; `undefined` for a message that the relay did not write. */
export function decodeRecord(header: MsgHdrs | undefined, body: Uint8Array): RelayedRecord | undefined {
  if (!header) return undefined
  // Read once: every `get` of the client's headers walks through all of them.
  const fields = new Map(header)
  const field = (name: string) => fields.get(name)?.[0] ?? ''
  const [position, preparePosition] = field(names.position).split('/')
  const revision = Number(field(names.revision))
  if (!position || !preparePosition || !Number.isSafeInteger(revision)) return undefined
  const previous = field(names.previousPosition)
  try {
    return {
      previousPosition: previous === '-' || previous === '' ? null : previous,
      record: {
        id: field(names.messageId),
        type: field(names.eventType),
        streamId: field(names.streamId),
        revision,
        position,
        preparePosition,
        contentType: field(names.contentType),
        data: field(names.contentType) === json ? JSON.parse(Buffer.from(body).toString('utf8')) : body,
        metadata: JSON.parse(field(names.metadata) || 'null'),
      },
    }
  } catch {
    return undefined
  }
}
