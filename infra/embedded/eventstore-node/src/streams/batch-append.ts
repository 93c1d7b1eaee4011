import type { Policy } from '../access/policy.ts'
import type { ServerCall } from '../grpc/call.ts'
import { GrpcError, Status } from '../grpc/status.ts'
import type { WriteResult } from '../storage/commands.ts'
import type { Writer } from '../storage/writer.ts'
import { type Expectation, type IncomingEvent, readProposedEvent, readWriteOptions } from '../wire/append-requests.ts'
import { ProtoReader, ProtoWriter } from '../wire/protobuf.ts'
import { readUuid } from '../wire/uuid.ts'
import { writePosition } from './append.ts'
import { MAX_APPEND_SIZE } from './refusals.ts'

/** google.rpc.Code, as the real server fills it in (they are not the codes of gRPC's own list). */
const Code = { BAD_REQUEST: 3, TIMEOUT: 4, DELETED: 5, WRONG_EXPECTED: 6, DENIED: 7, UNKNOWN: 2 } as const
const DETAILS = 'type.googleapis.com/event_store.client.'
/** Bytes of appends that one call may have waiting before we stop reading from it. */
const MOST_WAITING = 8 * 1024 * 1024

/** One append, sent in any number of chunks. */
interface Batch {
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

interface Chunk {
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

function readChunk(message: Buffer): Chunk {
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

const newBatch = (correlation: Buffer | undefined): Batch => ({
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

function addChunk(batch: Batch, chunk: Chunk): void {
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

const envelope = (batch: Batch): ProtoWriter => {
  const response = new ProtoWriter()
  if (batch.correlation) response.bytes(1, batch.correlation)
  return response
}

function errorAnswer(
  batch: Batch,
  code: number,
  message: string,
  type: string,
  details?: (target: ProtoWriter) => void,
): Buffer {
  const value = new ProtoWriter()
  details?.(value)
  const response = envelope(batch).message(2, (status) =>
    status
      .uint64(1, code)
      .string(2, message)
      .message(3, (any) => any.string(1, DETAILS + type).bytes(2, value.finish())),
  )
  if (batch.identifier) response.bytes(4, batch.identifier)
  return response.finish()
}

function wrongExpected(target: ProtoWriter, { kind, revision }: Expectation, current: number): void {
  if (current >= 0) target.uint64(1, current)
  else target.message(2)
  if (kind === 'any') target.message(4)
  else if (kind === 'stream-exists') target.message(5)
  else if (kind === 'no-stream') target.message(6)
  else target.uint64(3, revision)
}

function answer(batch: Batch, result: WriteResult): Buffer {
  switch (result.outcome) {
    case 'written':
    case 'repeated': {
      const response = envelope(batch).message(3, (success) => {
        if (result.last >= 0) success.uint64(1, result.last)
        else success.message(2)
        if (result.position >= 0) success.message(3, writePosition(result.position))
        else success.message(4)
      })
      return response.bytes(4, batch.identifier!).finish()
    }
    case 'wrong-expected-revision':
      return errorAnswer(batch, Code.WRONG_EXPECTED, 'Wrong expected version', 'WrongExpectedVersion', (target) =>
        wrongExpected(target, batch.expectation!, result.current),
      )
    case 'deleted':
      return errorAnswer(batch, Code.DELETED, 'Stream is deleted', 'StreamDeleted', (target) =>
        target.bytes(1, batch.identifier!),
      )
    case 'failed':
      return errorAnswer(batch, Code.UNKNOWN, 'The store does not accept writes at the moment.', 'Unknown')
  }
}

function refusal(batch: Batch): Buffer | undefined {
  if (batch.malformed) {
    return errorAnswer(batch, Code.BAD_REQUEST, batch.malformed, 'BadRequest', (target) =>
      target.string(1, batch.malformed!),
    )
  }
  if (batch.size > MAX_APPEND_SIZE) {
    return errorAnswer(batch, Code.BAD_REQUEST, 'Maximum append size exceeded', 'MaximumAppendSizeExceeded', (target) =>
      target.uint64(1, MAX_APPEND_SIZE),
    )
  }
  if (batch.deadlineMs < Date.now()) return errorAnswer(batch, Code.TIMEOUT, 'Timeout', 'Timeout')
  return undefined
}

/** Answers of one turn go out in one write. */
function answering(call: ServerCall): (message: Buffer) => void {
  let ready: Buffer[] = []
  return (message) => {
    ready.push(message)
    if (ready.length > 1) return
    queueMicrotask(() => {
      const messages = ready
      ready = []
      if (call.write(...messages)) return
      // Who does not read the answers gets to send no more appends.
      call.pause()
      void call.drained().then(() => call.resume())
    })
  }
}

/** event_store.client.streams.Streams/BatchAppend: many appends over one call, which stays open. */
export const batchAppend = (writer: Writer, policy: Policy) => (call: ServerCall) => {
  const open = new Map<string, Batch>()
  const send = answering(call)
  let waiting = 0

  const denied = (batch: Batch): Buffer | undefined => {
    try {
      policy.stream(call, batch.stream, 'write')
      return undefined
    } catch (fault) {
      if (fault instanceof GrpcError && fault.code === Status.UNAUTHENTICATED) throw fault
      return errorAnswer(batch, Code.DENIED, 'Access Denied', 'AccessDenied')
    }
  }
  const carryOut = async (batch: Batch) => {
    const no = refusal(batch) ?? denied(batch)
    if (no) {
      send(no)
      return
    }
    waiting += batch.bytes
    if (waiting > MOST_WAITING) call.pause()
    const { stream, events } = batch
    const result = await writer.write({ kind: 'append', stream, expected: batch.expectation!.expected, events })
    waiting -= batch.bytes
    if (waiting <= MOST_WAITING) call.resume()
    send(answer(batch, result))
  }

  call.receive((message) => {
    const chunk = readChunk(message)
    const batch = open.get(chunk.key) ?? newBatch(chunk.correlation)
    addChunk(batch, chunk)
    if (!chunk.isFinal) {
      open.set(chunk.key, batch)
      return
    }
    open.delete(chunk.key)
    carryOut(batch).catch((fault: unknown) => call.fail(fault))
  })
}
