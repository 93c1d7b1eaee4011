import { dataOf, eventMetadata, type StoredRecord } from '@mosaic/contracts/kernel'
import { headers as names, subjects } from '@mosaic/contracts/messaging'
import { headers } from '@nats-io/nats-core'
import type { HeaderFields } from './header-fields.ts'
import type { RelayedRecord } from './types.ts'

const workspaced = eventMetadata.pick({ workspaceId: true })
const utf8 = new TextDecoder()

/** Metadata as a header's value (JSON in one line, `null` for what is none), and the workspace that it names. */
function readMetadata(bytes: Uint8Array): { json: string; workspaceId: string } {
  try {
    const text = utf8.decode(bytes)
    const metadata: unknown = JSON.parse(text)
    const { data } = workspaced.safeParse(metadata)
    return { json: /[\r\n]/.test(text) ? JSON.stringify(metadata) : text, workspaceId: data?.workspaceId ?? '_' }
  } catch {
    return { json: 'null', workspaceId: '_' }
  }
}

/** A name as a header's value; one that a header would not keep as it is (line breaks, spaces around) in JSON. */
const nameToHeader = (name: string) => (/^["\s]|[\r\n]|\s$/.test(name) ? JSON.stringify(name) : name)
const nameOfHeader = (value: string): string => (value.startsWith('"') ? JSON.parse(value) : value)

/** One event as a NATS message. Events without Mosaic's metadata go to workspace `_`, so that no reader misses one. */
export function encodeRecord(record: StoredRecord, previousPosition: string | null) {
  const { json, workspaceId } = readMetadata(record.metadataBytes)
  const position = `${record.position}/${record.preparePosition}`
  const header = headers()
  const fields: Record<string, string> = {
    [names.messageId]: `${record.id}@${position}`,
    [names.eventId]: record.id,
    [names.position]: position,
    [names.previousPosition]: previousPosition ?? '-',
    [names.revision]: String(record.revision),
    [names.streamId]: nameToHeader(record.streamId),
    [names.eventType]: nameToHeader(record.type),
    [names.contentType]: nameToHeader(record.contentType),
    [names.metadata]: json,
  }
  // Not `set`, which looks through all of them for one to replace.
  for (const name in fields) header.append(name, fields[name]!)
  return { subject: subjects.event(workspaceId, record.streamId, record.type), payload: record.dataBytes, header }
}

/** The event of a NATS message; `undefined` for a message that the relay did not write. */
export function decodeRecord(fields: HeaderFields | undefined, body: Uint8Array): RelayedRecord | undefined {
  if (!fields) return undefined
  const field = (name: string) => fields.get(name) ?? ''
  const [position, preparePosition] = field(names.position).split('/')
  const revision = Number(field(names.revision))
  if (!position || !preparePosition || !Number.isSafeInteger(revision)) return undefined
  const previous = field(names.previousPosition)
  try {
    const contentType = nameOfHeader(field(names.contentType))
    return {
      previousPosition: previous === '-' || previous === '' ? null : previous,
      record: {
        id: field(names.eventId) || field(names.messageId),
        type: nameOfHeader(field(names.eventType)),
        streamId: nameOfHeader(field(names.streamId)),
        revision,
        position,
        preparePosition,
        contentType,
        data: dataOf(contentType, body),
        metadata: JSON.parse(field(names.metadata) || 'null'),
      },
    }
  } catch {
    return undefined
  }
}
