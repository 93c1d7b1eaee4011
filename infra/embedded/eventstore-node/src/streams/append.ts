import type { Policy } from '../access/policy.ts'
import type { ServerCall } from '../grpc/call.ts'
import type { ProposedEvent, WriteResult } from '../storage/commands.ts'
import type { Writer } from '../storage/writer.ts'
import { type Expectation, type WriteOptions, readWriteOptions } from '../wire/append-requests.ts'
import { readProposedEvent } from '../wire/proposed-event.ts'
import { ProtoReader, ProtoWriter } from '../wire/protobuf.ts'
import {
  MAX_APPEND_SIZE,
  MalformedRequestError,
  asAppendError,
  invalidArgument,
  maximumAppendSizeExceeded,
  streamDeleted,
  writeFailed,
} from './refusals.ts'

const MAX_UINT64 = 2n ** 64n - 1n

/** Field 1 to 5 are what servers before 20.6.1 answered; old clients still read them. */
function wrongExpectedVersion(target: ProtoWriter, { kind, revision }: Expectation, current: number): void {
  if (current >= 0) target.uint64(1, current)
  else target.message(2)
  if (kind === 'any') target.message(4)
  else if (kind === 'stream-exists') target.message(5)
  else target.uint64(3, kind === 'no-stream' ? MAX_UINT64 : revision)
  if (current >= 0) target.uint64(6, current)
  else target.message(7)
  if (kind === 'any') target.message(9)
  else if (kind === 'stream-exists') target.message(10)
  else if (kind === 'no-stream') target.message(11)
  else target.uint64(8, revision)
}

export const writePosition = (position: number) => (target: ProtoWriter) => {
  target.uint64(1, position).uint64(2, position)
}

export function success(target: ProtoWriter, last: number, position: number): void {
  if (last >= 0) target.uint64(1, last)
  else target.message(2)
  if (position >= 0) target.message(3, writePosition(position))
  else target.message(4)
}

function answer(stream: string, expectation: Expectation, result: WriteResult): Buffer {
  const response = new ProtoWriter()
  switch (result.outcome) {
    case 'written':
    case 'repeated':
      return response.message(1, (target) => success(target, result.last, result.position)).finish()
    case 'wrong-expected-revision':
      return response.message(2, (target) => wrongExpectedVersion(target, expectation, result.current)).finish()
    case 'deleted':
      throw streamDeleted(stream)
    case 'failed':
      throw writeFailed()
  }
}

/** Checks what every write needs; a stream without a name is UNKNOWN to the real server, but looked at last. */
export function complete({ stream, expectation }: WriteOptions): { stream: string; expectation: Expectation } {
  if (stream === undefined) throw new MalformedRequestError('no stream')
  if (!expectation) throw invalidArgument('The expected revision is missing.')
  if (stream === '') throw new MalformedRequestError('no name')
  return { stream, expectation }
}

class AppendRequest {
  options: ReturnType<typeof complete> | undefined
  readonly events: ProposedEvent[] = []
  #size = 0

  add(message: Buffer): void {
    const reader = new ProtoReader(message)
    let content = false
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === 1) this.#begin(readWriteOptions(reader.message()))
      else if (field === 2) this.#propose(reader.message())
      else reader.skipField()
      content ||= field === 1 || field === 2
    }
    if (!content) throw new MalformedRequestError('an empty request')
  }

  #begin(options: WriteOptions): void {
    if (this.options) throw new MalformedRequestError('options twice')
    this.options = complete(options)
  }

  #propose(reader: ProtoReader): void {
    if (!this.options) throw new MalformedRequestError('no options')
    const event = readProposedEvent(reader)
    this.#size += event.dataSize
    if (this.#size > MAX_APPEND_SIZE) throw maximumAppendSizeExceeded()
    this.events.push(event)
  }
}

/** event_store.client.streams.Streams/Append */
export const append = (writer: Writer, policy: Policy) => (call: ServerCall) => {
  const request = new AppendRequest()
  const finish = async () => {
    if (!request.options) throw new MalformedRequestError('no options')
    const { stream, expectation } = request.options
    policy.stream(call, stream, 'write')
    const result = await writer.write({
      kind: 'append',
      stream,
      expected: expectation.expected,
      events: request.events,
    })
    call.end(answer(stream, expectation, result))
  }
  call.receive(
    (message) => {
      try {
        request.add(message)
      } catch (fault) {
        throw asAppendError(fault)
      }
    },
    () => {
      finish().catch((fault: unknown) => call.fail(fault))
    },
  )
}
