import type { Policy } from '../access/policy.ts'
import type { ServerCall } from '../grpc/call.ts'
import { GrpcError, Status } from '../grpc/status.ts'
import type { Writer } from '../storage/writer.ts'
import { type Expectation, type WriteOptions, readWriteOptions } from '../wire/append-requests.ts'
import { ProtoReader, ProtoWriter } from '../wire/protobuf.ts'
import { complete, writePosition } from './append.ts'
import { MalformedRequestError, streamDeleted, writeFailed, wrongExpectedVersion } from './refusals.ts'

function readOptions(message: Buffer): WriteOptions | undefined {
  const reader = new ProtoReader(message)
  let options: WriteOptions | undefined
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) options = readWriteOptions(reader.message())
    else reader.skipField()
  }
  return options
}

const shown = ({ revision, expected }: Expectation): number | bigint => (expected < 0 ? expected : revision)

/** Streams/Delete (soft: events can come back) and Streams/Tombstone (for good). */
export const remove = (kind: 'delete' | 'tombstone', writer: Writer, policy: Policy) => async (call: ServerCall) => {
  const options = readOptions(await call.single())
  if (!options) throw new MalformedRequestError('no options')
  const { stream, expectation } = complete(options)
  if (kind === 'delete' && expectation.kind === 'stream-exists') {
    throw new GrpcError(Status.INTERNAL, 'A soft delete does not take "stream exists" for an expected revision.')
  }
  policy.stream(call, stream, 'delete')
  const result = await writer.write({ kind, stream, expected: expectation.expected, events: [] })
  if (result.outcome === 'deleted') throw streamDeleted(stream)
  if (result.outcome === 'wrong-expected-revision')
    throw wrongExpectedVersion(stream, shown(expectation), result.current)
  if (result.outcome === 'failed') throw writeFailed()
  call.end(new ProtoWriter().message(1, writePosition(result.position)).finish())
}
