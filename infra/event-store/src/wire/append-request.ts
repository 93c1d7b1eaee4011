import { randomBytes } from 'node:crypto'
import type { ExpectedRevision } from '../types.ts'

/** An event as it is to be written: JSON, in bytes or text that is encoded where it has to stand. */
export type EncodedEvent = {
  readonly id: string
  readonly type: string
  readonly data: string
  readonly metadata: Buffer
}

/** From so many bytes on a request is cut: servers take messages of 4 MiB at most. */
const chunkBytes = 1024 * 1024

const putVarint = (target: Buffer, offset: number, value: number): number => {
  let rest = value
  let at = offset
  while (rest >= 0x80) {
    target[at++] = (rest % 128) | 0x80
    rest = Math.floor(rest / 128)
  }
  target[at++] = rest
  return at
}
const putBytes = (target: Buffer, offset: number, bytes: Uint8Array): number => {
  target.set(bytes, offset)
  return offset + bytes.length
}
const varintSize = (value: number): number => {
  let size = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) size++
  return size
}
const sizeOf = (length: number) => 1 + varintSize(length) + length

/** A field with a length: its number × 8, plus 2. */
const field = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const head = Buffer.alloc(1 + varintSize(content.length))
  head[0] = tag
  putVarint(head, 1, content.length)
  return Buffer.concat([head, content])
}
const number = (tag: number, value: number): Buffer => {
  const bytes = Buffer.alloc(1 + varintSize(value))
  bytes[0] = tag
  putVarint(bytes, 1, value)
  return bytes
}
const text = (value: string) => Buffer.from(value, 'utf8')

/** Tags of BatchAppendReq, its Options and its ProposedMessage. */
const request = { correlation: 0x0a, options: 0x12, event: 0x1a, isFinal: 0x20 } as const
const options = { stream: 0x0a, revision: 0x10, noStream: 0x1a, any: 0x22, streamExists: 0x2a } as const
const proposed = { id: 0x0a, metadata: 0x12, customMetadata: 0x1a, data: 0x22 } as const

/** Correlation ids of one call: UUIDs of random bits and a number, written as two integers. */
export function correlations(): (number: number) => Buffer {
  const random = randomBytes(8)
  // A varint of nine bytes; all but the last have their highest bit set.
  const most = Buffer.from([0x08, ...Array.from(random, (byte) => byte | 0x80), 0x7f])
  return (n) => field(request.correlation, field(0x0a, most, number(0x10, n)))
}

function expectation(expected: ExpectedRevision): Buffer {
  if (expected === 'any') return field(options.any)
  if (expected === 'no-stream') return field(options.noStream)
  return expected === 'stream-exists' ? field(options.streamExists) : number(options.revision, expected)
}

const entry = (key: string, value: string) => field(proposed.metadata, field(0x0a, text(key)), field(0x12, text(value)))
const typeEntries = new Map<string, Buffer>()

/** What the server wants to know of an event beside its data: the same for all of a type. */
function entriesOf(type: string): Buffer {
  let entries = typeEntries.get(type)
  if (!entries) {
    entries = Buffer.concat([entry('type', type), entry('content-type', 'application/json')])
    typeEntries.set(type, entries)
  }
  return entries
}

const idHead = Buffer.from([proposed.id, 38, 0x12, 36])
const idSize = idHead.length + 36

type LaidOut = {
  readonly event: EncodedEvent
  readonly entries: Buffer
  readonly dataSize: number
  readonly size: number
}

function layOut(event: EncodedEvent): LaidOut {
  const entries = entriesOf(event.type)
  const dataSize = Buffer.byteLength(event.data)
  return { event, entries, dataSize, size: idSize + entries.length + sizeOf(event.metadata.length) + sizeOf(dataSize) }
}

function putEvent(target: Buffer, offset: number, { event, entries, dataSize, size }: LaidOut): number {
  target[offset] = request.event
  let at = putVarint(target, offset + 1, size)
  at = putBytes(target, at, idHead)
  at += target.write(event.id, at, 'latin1')
  at = putBytes(target, at, entries)
  target[at++] = proposed.customMetadata
  at = putBytes(target, putVarint(target, at, event.metadata.length), event.metadata)
  target[at++] = proposed.data
  at = putVarint(target, at, dataSize)
  return at + target.write(event.data, at, 'utf8')
}

function encodeChunk(head: Buffer, events: readonly LaidOut[], isFinal: boolean): Buffer {
  const bytes = events.reduce((sum, { size }) => sum + sizeOf(size), head.length)
  const chunk = Buffer.allocUnsafe(bytes + (isFinal ? 2 : 0))
  let at = head.copy(chunk)
  for (const event of events) at = putEvent(chunk, at, event)
  if (isFinal) chunk.set([request.isFinal, 1], at)
  return chunk
}

export type AppendRequest = {
  readonly streamId: string
  readonly expected: ExpectedRevision
  readonly events: readonly EncodedEvent[]
}

/** Encodes a whole append as `BatchAppendReq`s: one as a rule. */
export function encodeAppend(correlation: Buffer, { streamId, expected, events }: AppendRequest): Buffer[] {
  const identifier = field(options.stream, field(0x1a, text(streamId)))
  const chunks: Buffer[] = []
  let head: Buffer = Buffer.concat([correlation, field(request.options, identifier, expectation(expected))])
  let waiting: LaidOut[] = []
  let bytes = 0
  for (const event of events) {
    const laidOut = layOut(event)
    if (waiting.length > 0 && bytes + laidOut.size > chunkBytes) {
      chunks.push(encodeChunk(head, waiting, false))
      ;[head, waiting, bytes] = [correlation, [], 0]
    }
    waiting.push(laidOut)
    bytes += laidOut.size
  }
  chunks.push(encodeChunk(head, waiting, true))
  return chunks
}
