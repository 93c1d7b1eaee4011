import type { Policy } from '../access/policy.ts'
import type { ServerCall } from '../grpc/call.ts'
import { GrpcError, Status } from '../grpc/status.ts'
import type { ProposedEvent } from '../storage/commands.ts'
import type { Writer } from '../storage/writer.ts'
import type { Expectation } from '../wire/append-requests.ts'
import { MissingMetadataError, readProposedEvent } from '../wire/proposed-event.ts'
import { MalformedMessageError } from '../wire/protobuf.ts'
import { accessDenied, answer, badRequest, structuredCorrelation, timedOut, tooLarge } from './batch-answers.ts'
import {
  type BatchOptions,
  type Chunk,
  correlationOf,
  readChunk,
  readIdentifier,
  readOptions,
} from './batch-request.ts'
import { Outgoing } from './batch-outgoing.ts'
import { MAX_APPEND_SIZE, MalformedRequestError } from './refusals.ts'

/** The real server waits so long for the rest of an append at most, whatever the client asks for. */
const WRITE_TIMEOUT_MS = 2000

/** An append of which more chunks may come. */
interface Batch {
  readonly identifier: Buffer
  readonly stream: string
  readonly expectation: Expectation
  readonly events: ProposedEvent[]
  /** Bytes of event data, which are limited, and of all that is kept. */
  dataSize: number
  bytes: number
  timer?: NodeJS.Timeout
}

const isMalformed = (fault: unknown): fault is Error =>
  fault instanceof MalformedMessageError || fault instanceof MissingMetadataError

function newBatch({ identifier, stream, expectation }: BatchOptions): Batch {
  if (!expectation) throw new MalformedMessageError('The expected stream position is missing.')
  return { identifier: identifier!, stream, expectation, events: [], dataSize: 0, bytes: 0 }
}

/** One BatchAppend call: any number of appends, each in any number of chunks. */
class BatchAppends {
  readonly #call: ServerCall
  readonly #writer: Writer
  readonly #policy: Policy
  readonly #outgoing: Outgoing
  readonly #open = new Map<string, Batch>()

  constructor(call: ServerCall, writer: Writer, policy: Policy) {
    this.#call = call
    this.#writer = writer
    this.#policy = policy
    this.#outgoing = new Outgoing(call)
    call.onClose(() => {
      for (const { timer } of this.#open.values()) clearTimeout(timer)
    })
  }

  halfClose(): void {
    this.#outgoing.halfClose()
  }

  receive(message: Buffer): void {
    const chunk = readChunk(message)
    try {
      this.#take(chunk)
    } catch (fault) {
      if (!isMalformed(fault)) throw fault
      // The real server looks for the stream in the options, and where there are none it fails itself.
      if (!chunk.options) throw new MalformedRequestError(fault.message)
      const subject = { correlation: chunk.correlation, identifier: readIdentifier(chunk.options) }
      this.#outgoing.refuse(badRequest(subject, fault.message || 'A required property of an event is missing.'))
    }
  }

  #take(chunk: Chunk): void {
    const key = correlationOf(chunk)
    if (chunk.options && !this.#begin(key, chunk, readOptions(chunk.options))) return
    const batch = this.#open.get(key)
    if (!batch) return
    for (const proposed of chunk.events) {
      const event = readProposedEvent(proposed)
      batch.dataSize += event.dataSize
      batch.bytes += event.body.length
      batch.events.push(event)
    }
    if (batch.dataSize > MAX_APPEND_SIZE) {
      this.#close(key, batch)
      this.#outgoing.refuse(tooLarge({ correlation: chunk.correlation, identifier: batch.identifier }))
    } else if (chunk.isFinal) {
      this.#close(key, batch)
      if (batch.stream === '') throw new MalformedMessageError('The name of the stream is empty.')
      this.#carryOut(chunk, batch).catch((fault: unknown) => this.#call.fail(fault))
    }
  }

  /** False when the options are refused. Options for an append that is under way change nothing. */
  #begin(key: string, chunk: Chunk, options: BatchOptions): boolean {
    const subject = { correlation: chunk.correlation, identifier: options.identifier }
    if (!this.#mayWrite(options.stream)) {
      this.#outgoing.refuse(accessDenied(subject))
      return false
    }
    if (!options.identifier) throw new MalformedMessageError('The stream identifier is missing.')
    const timeoutMs = Math.min(options.timeoutMs, WRITE_TIMEOUT_MS)
    if (timeoutMs <= 0) {
      this.#outgoing.refuse(timedOut(subject))
      return false
    }
    if (this.#open.has(key)) return true
    const batch = newBatch(options)
    this.#open.set(key, batch)
    if (!chunk.isFinal) batch.timer = setTimeout(() => this.#giveUp(key, batch), timeoutMs)
    return true
  }

  #mayWrite(stream: string): boolean {
    try {
      this.#policy.stream(this.#call, stream, 'write')
      return true
    } catch (fault) {
      if (fault instanceof GrpcError && fault.code === Status.UNAUTHENTICATED) throw fault
      return false
    }
  }

  #close(key: string, batch: Batch): void {
    clearTimeout(batch.timer)
    this.#open.delete(key)
  }

  #giveUp(key: string, { identifier }: Batch): void {
    this.#open.delete(key)
    this.#outgoing.refuse(timedOut({ correlation: structuredCorrelation(key), identifier }))
  }

  async #carryOut({ correlation }: Chunk, batch: Batch): Promise<void> {
    const { identifier, stream, expectation, events, bytes } = batch
    this.#outgoing.expect(bytes)
    const result = await this.#writer.write({ kind: 'append', stream, expected: expectation.expected, events })
    this.#outgoing.answer(answer({ correlation, identifier }, expectation, result), bytes)
  }
}

/** event_store.client.streams.Streams/BatchAppend: many appends over one call, which stays open. */
export const batchAppend = (writer: Writer, policy: Policy) => (call: ServerCall) => {
  const appends = new BatchAppends(call, writer, policy)
  call.receive(
    (message) => appends.receive(message),
    () => appends.halfClose(),
  )
}
