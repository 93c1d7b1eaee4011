import { type Expectation, type IncomingEvent, readProposedEvent, readWriteOptions } from '../wire/append-requests.ts'
import { ProtoReader } from '../wire/protobuf.ts'
import { readUuid } from '../wire/uuid.ts'
import { MAX_APPEND_SIZE } from './refusals.ts'

/** One append, sent in any number of chunks. */
export interface Batch {
  correlation: Buffer | undefined
  identifier: Buffer | undefined
  stream: string
  expectation: Expectation | undefined
  deadlineMs: number
  events: IncomingEvent[]
  size: number
  bytes: number
  malformed: string | undefined
}

export interface Chunk {
  correlation: Buffer | undefined
  key: string
  isFinal: boolean
  options: Buffer | undefined
  events: Buffer[]
  malformed: string | undefined
}

function readCorrelation(reader: ProtoReader, chunk: Chunk): void {
  const start = reader.position
  chunk.correlation = reader.slice()
  reader.position = start
  try {
    chunk.key = readUuid(reader)
  } catch {
    chunk.malformed = 'correlation id'
    chunk.key = ''
  }
}

export function readChunk(message: Buffer): Chunk {
  const reader = new ProtoReader(message)
  const chunk: Chunk = {
    correlation: undefined,
    key: '',
    isFinal: false,
    options: undefined,
    events: [],
    malformed: undefined,
  }
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) readCorrelation(reader, chunk)
    else if (field === 2) chunk.options = reader.slice()
    else if (field === 3) chunk.events.push(reader.slice())
    else if (field === 4) chunk.isFinal = reader.bool()
    else reader.skip()
  }
  if (!chunk.correlation) chunk.malformed = 'correlation id'
  return chunk
}

/** Seconds and nanos: Timestamp and Duration have the same fields. */
function readSeconds(reader: ProtoReader): number {
  let ms = 0
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) ms += Number(reader.int64()) * 1000
    else if (field === 2) ms += reader.int32() / 1e6
    else reader.skip()
  }
  return ms
}

function readIdentifier(options: Buffer): Buffer | undefined {
  const reader = new ProtoReader(options)
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) return reader.slice()
    reader.skip()
  }
  return undefined
}

function applyOptions(batch: Batch, options: Buffer): void {
  batch.identifier = readIdentifier(options)
  const { stream, expectation } = readWriteOptions(new ProtoReader(options), (field, reader) => {
    if (field === 6) batch.deadlineMs = readSeconds(reader.message())
    else if (field === 7) batch.deadlineMs = Date.now() + readSeconds(reader.message())
    else return false
    return true
  })
  batch.stream = stream ?? ''
  batch.expectation = expectation
  if (!stream) batch.malformed ??= 'stream identifier'
  if (!expectation) batch.malformed ??= 'expected stream position'
}

export const newBatch = (correlation: Buffer | undefined): Batch => ({
  correlation,
  identifier: undefined,
  stream: '',
  expectation: undefined,
  deadlineMs: Number.POSITIVE_INFINITY,
  events: [],
  size: 0,
  bytes: 0,
  malformed: undefined,
})

export function addChunk(batch: Batch, chunk: Chunk): void {
  try {
    if (chunk.malformed) batch.malformed ??= chunk.malformed
    if (chunk.options) applyOptions(batch, chunk.options)
    for (const bytes of chunk.events) {
      const event = readProposedEvent(new ProtoReader(bytes))
      batch.size += event.dataSize
      batch.bytes += event.body.length
      // Once it is too large its events are of no use: do not keep them.
      if (batch.size > MAX_APPEND_SIZE) batch.events = []
      else batch.events.push(event)
    }
  } catch (fault) {
    batch.malformed ??= (fault as Error).message || 'proposed message'
  }
}
