import { type Expectation, readWriteOptions } from '../wire/append-requests.ts'
import { MalformedMessageError, ProtoReader } from '../wire/protobuf.ts'
import { readUuidFields } from '../wire/uuid.ts'
import { unixTime } from '../clock.ts'

/** BatchAppendReq: a part of one append, or all of it. Its events and options are read when they are wanted. */
export interface Chunk {
  correlation: Buffer | undefined
  options: Buffer | undefined
  events: ProtoReader[]
  isFinal: boolean
}

/** BatchAppendReq.Options. */
export interface BatchOptions {
  identifier: Buffer | undefined
  stream: string
  expectation: Expectation | undefined
  /** How long the client will wait for all of it, in milliseconds. */
  timeoutMs: number
}

export function readChunk(message: Buffer): Chunk {
  const reader = new ProtoReader(message)
  const chunk: Chunk = { correlation: undefined, options: undefined, events: [], isFinal: false }
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) chunk.correlation = reader.slice()
    else if (field === 2) chunk.options = reader.slice()
    else if (field === 3) chunk.events.push(reader.message())
    else if (field === 4) chunk.isFinal = reader.bool()
    else reader.skipField()
  }
  return chunk
}

/** The id that ties chunks together, as text; throws when there is none. */
export function correlationOf({ correlation }: Chunk): string {
  if (!correlation) throw new MalformedMessageError('no correlation id')
  return readUuidFields(new ProtoReader(correlation))
}

/** Seconds and nanos: Timestamp and Duration have the same fields. */
function readMilliseconds(reader: ProtoReader): number {
  let ms = 0
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) ms += Number(reader.int64()) * 1000
    else if (field === 2) ms += reader.int32() / 1e6
    else reader.skipField()
  }
  return ms
}

export function readIdentifier(options: Buffer): Buffer | undefined {
  const reader = new ProtoReader(options)
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) return reader.slice()
    reader.skipField()
  }
  return undefined
}

export function readOptions(options: Buffer): BatchOptions {
  let timeoutMs = Number.POSITIVE_INFINITY
  const { stream, expectation } = readWriteOptions(new ProtoReader(options), (field, reader) => {
    if (field === 6) timeoutMs = readMilliseconds(reader.message()) - unixTime()
    else if (field === 7) timeoutMs = readMilliseconds(reader.message())
    else return false
    return true
  })
  return { identifier: readIdentifier(options), stream: stream ?? '', expectation, timeoutMs }
}
