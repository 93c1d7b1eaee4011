import { isUtf8 } from 'node:buffer'
import type { ProposedEvent } from '../storage/commands.ts'
import { MalformedMessageError, type ProtoReader, putVarint, varintSize } from './protobuf.ts'
import { readUsualEvent } from './usual-event.ts'
import { readUuidFields } from './uuid.ts'

/** A proposed event lacks its type or its content type. */
export class MissingMetadataError extends Error {
  override name = 'MissingMetadataError'
}

/** An event as proposed, its body laid out as the record wants it. */
export interface IncomingEvent extends ProposedEvent {
  dataSize: number
}

const JSON_TYPE = Buffer.from('application/json')
const entryHead = (key: string) => Buffer.from([0x0a, key.length, ...Buffer.from(key), 0x12])
export const TYPE_HEAD = entryHead('type')
const contentTypeEntry = (value: Buffer) => {
  const entry = Buffer.concat([entryHead('content-type'), Buffer.from([value.length]), value])
  return Buffer.concat([Buffer.from([0x32, entry.length]), entry])
}
export const JSON_ENTRY = contentTypeEntry(JSON_TYPE)
const BINARY_ENTRY = contentTypeEntry(Buffer.from('application/octet-stream'))
const NOTHING: Buffer = Buffer.alloc(0)

const fieldSize = (length: number) => 1 + varintSize(length) + length

function putField(target: Buffer, offset: number, tag: number, bytes: Uint8Array): number {
  target[offset] = tag
  const at = putVarint(target, offset + 1, bytes.length)
  target.set(bytes, at)
  return at + bytes.length
}

function layOutBody(type: Buffer, isJson: boolean, metadata: Buffer, data: Buffer): Buffer {
  const contentType = isJson ? JSON_ENTRY : BINARY_ENTRY
  const entrySize = TYPE_HEAD.length + varintSize(type.length) + type.length
  const size =
    fieldSize(entrySize) +
    contentType.length +
    (metadata.length > 0 ? fieldSize(metadata.length) : 0) +
    (data.length > 0 ? fieldSize(data.length) : 0)
  const body = Buffer.allocUnsafe(size)
  body[0] = 0x32
  let at = putVarint(body, 1, entrySize)
  body.set(TYPE_HEAD, at)
  at = putVarint(body, at + TYPE_HEAD.length, type.length)
  body.set(type, at)
  at += type.length
  body.set(contentType, at)
  at += contentType.length
  if (metadata.length > 0) at = putField(body, at, 0x3a, metadata)
  if (data.length > 0) putField(body, at, 0x42, data)
  return body
}

/** Reads a ProposedMessage; Append and BatchAppend number its fields alike. It may change the bytes that it read. */
export const readProposedEvent = (reader: ProtoReader): IncomingEvent => readUsualEvent(reader) ?? readAnyEvent(reader)

export function readAnyEvent(reader: ProtoReader): IncomingEvent {
  let id: ProtoReader | undefined
  let type: Buffer | undefined
  let contentType: Buffer | undefined
  let metadata: Buffer = NOTHING
  let data: Buffer = NOTHING
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) id = reader.message()
    else if (field === 3) metadata = reader.slice()
    else if (field === 4) data = reader.slice()
    else if (field === 2) {
      const [key, value] = readEntry(reader.message())
      if (key === 'type') type = value
      else if (key === 'content-type') contentType = value
    } else reader.skipField()
  }
  if (type === undefined || contentType === undefined) throw new MissingMetadataError()
  if (!id) throw new MalformedMessageError('no event id')
  if (type.length === 0) throw new MalformedMessageError('empty event type')
  return {
    id: readUuidFields(id),
    body: layOutBody(asText(type), contentType.equals(JSON_TYPE), metadata, data),
    dataSize: data.length,
  }
}

/** What is no UTF-8 is replaced when it comes in: every reader gets the same text. */
const asText = (bytes: Buffer): Buffer => (isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8')))

function readEntry(reader: ProtoReader): [key: string, value: Buffer] {
  let key = ''
  let value: Buffer = NOTHING
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) key = reader.string()
    else if (field === 2) value = reader.slice()
    else reader.skipField()
  }
  return [key, value]
}
