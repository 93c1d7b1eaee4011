import { ProtoReader, ProtoWriter, putVarint, varintSize } from './protobuf.ts'
import { textToStructured } from './uuid.ts'

/*
 * A stored record is the finished `ReadResp { event: ReadEvent { event: RecordedEvent, commit_position } }`
 * with its uuid as text, so that a read sends it as it is. The RecordedEvent begins with the fields of fixed
 * size, so that the id and the time are found without parsing:
 *
 *   id (40 bytes) · metadata "created" (30) · stream · revision · prepare · commit · body
 *
 * The body is what a request brings: metadata "type" and "content-type", custom metadata, data.
 */

/** The revision of a tombstone in the store; on the wire it is 2^63 - 1, which a number cannot hold. */
export const TOMBSTONE_REVISION = Number.MAX_SAFE_INTEGER
const TOMBSTONE_ON_WIRE = 9223372036854775807n
const TOMBSTONE_VARINT_SIZE = 9

const ID_SIZE = 40
const CREATED_SIZE = 30
/** Of the key of the body's first entry, "type", up to the length of its value. */
const TYPE_KEY_SIZE = 7
const CREATED_HEAD = Buffer.from([0x32, 0x1c, 0x0a, 7, ...Buffer.from('created'), 0x12, 17])
/** Ticks of 100 ns, as EventStoreDB counts them, in a millisecond. */
const TICKS = 10_000

export interface NewRecord {
  id: string
  stream: Uint8Array
  revision: number
  position: number
  createdMs: number
  body: Uint8Array
}

function putRevision(target: Buffer, offset: number, revision: number): number {
  if (revision !== TOMBSTONE_REVISION) return putVarint(target, offset, revision)
  let rest = TOMBSTONE_ON_WIRE
  for (; rest >= 128n; rest >>= 7n) target[offset++] = Number(rest & 0x7fn) | 0x80
  target[offset++] = Number(rest)
  return offset
}

export function encodeRecord(record: NewRecord, allocate: (size: number) => Buffer = Buffer.allocUnsafe): Buffer {
  const { stream, revision, position, body } = record
  const positionSize = varintSize(position)
  const revisionSize = revision === TOMBSTONE_REVISION ? TOMBSTONE_VARINT_SIZE : varintSize(revision)
  const identifierSize = 1 + varintSize(stream.length) + stream.length
  const recordedSize =
    ID_SIZE +
    CREATED_SIZE +
    (1 + varintSize(identifierSize) + identifierSize) +
    (1 + revisionSize) +
    2 * (1 + positionSize) +
    body.length
  const eventSize = 1 + varintSize(recordedSize) + recordedSize + 1 + positionSize
  const target = allocate(1 + varintSize(eventSize) + eventSize)

  let at = 0
  target[at++] = 0x0a
  at = putVarint(target, at, eventSize)
  target[at++] = 0x0a
  at = putVarint(target, at, recordedSize)
  target[at++] = 0x0a
  target[at++] = 38
  target[at++] = 0x12
  target[at++] = 36
  at += target.write(record.id, at, 'latin1')
  target.set(CREATED_HEAD, at)
  at += CREATED_HEAD.length
  at += target.write(String(record.createdMs * TICKS), at, 'latin1')
  target[at++] = 0x12
  at = putVarint(target, at, identifierSize)
  target[at++] = 0x1a
  at = putVarint(target, at, stream.length)
  target.set(stream, at)
  at += stream.length
  target[at++] = 0x18
  at = putRevision(target, at, revision)
  target[at++] = 0x20
  at = putVarint(target, at, position)
  target[at++] = 0x28
  at = putVarint(target, at, position)
  target.set(body, at)
  at += body.length
  target[at++] = 0x18
  putVarint(target, at, position)
  return target
}

export interface EventBody {
  type: string
  isJson: boolean
  metadata?: Uint8Array | undefined
  data: Uint8Array
}

const mapEntry = (key: string, value: string) => (entry: ProtoWriter) => entry.string(1, key).string(2, value)

/** The body of a record, for events that the node itself writes. */
export function encodeBody({ type, isJson, metadata, data }: EventBody): Buffer {
  const contentType = isJson ? 'application/json' : 'application/octet-stream'
  const writer = new ProtoWriter().message(6, mapEntry('type', type)).message(6, mapEntry('content-type', contentType))
  if (metadata?.length) writer.bytes(7, metadata)
  if (data.length > 0) writer.bytes(8, data)
  return writer.finish()
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

/** The RecordedEvent inside a stored record. */
export function recordedBytes(record: Uint8Array): Buffer {
  const outer = new ProtoReader(asBuffer(record))
  outer.next()
  const event = outer.message()
  event.next()
  return event.slice()
}

/** Where the record ends that begins at a place: each says how long it is. Nowhere when it is cut off. */
export function recordEnd(records: Uint8Array, begin: number): number {
  let size = 0
  for (let at = begin + 1, scale = 1; at < records.length; at++, scale *= 128) {
    const byte = records[at]!
    size += (byte & 0x7f) * scale
    if (byte < 0x80) return at + 1 + size
  }
  return Number.POSITIVE_INFINITY
}

/** Records that stand one behind the other as in the log, the first at a position. */
export function splitRecords(first: number, records: Uint8Array): { position: number; record: Uint8Array }[] {
  const found = []
  for (let at = 0, end = 0; at < records.length; at = end) {
    end = recordEnd(records, at)
    found.push({ position: first + at, record: records.subarray(at, end) })
  }
  return found
}

export const recordId = (record: Uint8Array): string => recordedBytes(record).toString('latin1', 4, 40)

/** When the record was written, in milliseconds since 1970. */
export const recordCreatedMs = (record: Uint8Array): number =>
  Number(recordedBytes(record).toString('latin1', 53, 70)) / TICKS

export interface RecordView extends EventBody {
  id: string
  stream: string
  /** As stored: {@link TOMBSTONE_REVISION} for a tombstone. */
  revision: number
  position: number
  createdMs: number
}

function readEntry(reader: ProtoReader, view: RecordView): void {
  let key = ''
  let value = ''
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) key = reader.string()
    else if (field === 2) value = reader.string()
    else reader.skipField()
  }
  if (key === 'type') view.type = value
  else if (key === 'content-type') view.isJson = value === 'application/json'
  else if (key === 'created') view.createdMs = Number(value) / TICKS
}

/** Everything in a stored record; data and metadata share its memory. */
export function viewRecord(record: Uint8Array): RecordView {
  const recorded = recordedBytes(record)
  const reader = new ProtoReader(recorded)
  const view: RecordView = {
    id: recorded.toString('latin1', 4, 40),
    stream: '',
    revision: 0,
    position: 0,
    createdMs: 0,
    type: '',
    isJson: false,
    data: Buffer.alloc(0),
  }
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 2) view.stream = readStreamName(reader.message())
    else if (field === 3) view.revision = Number(reader.uint64())
    else if (field === 5) view.position = reader.number()
    else if (field === 6) readEntry(reader.message(), view)
    else if (field === 7) view.metadata = reader.slice()
    else if (field === 8) view.data = reader.slice()
    else reader.skipField()
  }
  if (view.revision > TOMBSTONE_REVISION) view.revision = TOMBSTONE_REVISION
  return view
}

/** Reads event_store.client.StreamIdentifier. */
export function readStreamName(reader: ProtoReader): string {
  let name = ''
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 3) name = reader.string()
    else reader.skipField()
  }
  return name
}

function behindVarint(bytes: Uint8Array, at: number): number {
  while (bytes[at]! >= 0x80) at++
  return at + 1
}

/** Where the length of the name of the stream stands, just before the name. */
const streamLengthAt = (record: Uint8Array): number =>
  behindVarint(record, behindVarint(record, behindVarint(record, 1) + 1) + ID_SIZE + CREATED_SIZE + 1) + 1

const DOLLAR = 0x24

/** Whether the stream of a record begins with `$`, without reading its name. */
export const isOfSystemStream = (record: Uint8Array): boolean =>
  record[behindVarint(record, streamLengthAt(record))] === DOLLAR

/** Whether the type of a record begins with `$`, without reading it. */
export function isOfSystemType(record: Uint8Array): boolean {
  const name = new ProtoReader(asBuffer(record), streamLengthAt(record))
  let at = name.number() + name.position
  for (let field = 0; field < 3; field++) at = behindVarint(record, at + 1)
  return record[behindVarint(record, behindVarint(record, at + 1) + TYPE_KEY_SIZE)] === DOLLAR
}

/** Stream and type of a record: what filters look at, without the rest. */
export function recordNames(record: Uint8Array): { stream: string; type: string } {
  const recorded = recordedBytes(record)
  const reader = new ProtoReader(recorded, ID_SIZE + CREATED_SIZE)
  reader.next()
  const stream = readStreamName(reader.message())
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field !== 6) {
      reader.skipField()
      continue
    }
    const entry = reader.message()
    entry.next()
    if (entry.string() !== 'type') continue
    entry.next()
    return { stream, type: entry.string() }
  }
  return { stream, type: '' }
}

/** The RecordedEvent with its uuid as two 64-bit integers, for clients that ask for that form. */
export function withStructuredUuid(recorded: Buffer): Buffer {
  const [most, least] = textToStructured(recorded.toString('latin1', 4, 40))
  const id = new ProtoWriter().message(1, (uuid) => uuid.message(1, (bits) => bits.uint64(1, most).uint64(2, least)))
  return Buffer.concat([id.finish(), recorded.subarray(ID_SIZE)])
}
