import { Expected } from '../storage/write-rules.ts'
import { MalformedMessageError, type ProtoReader } from './protobuf.ts'
import { readStreamName } from './record.ts'

/** What a write expects of its stream: as asked, for the answer, and as the store counts. */
export interface Expectation {
  kind: 'revision' | 'no-stream' | 'any' | 'stream-exists'
  /** The unsigned 64-bit number of the request; only for a revision. */
  revision: bigint
  /** A revision, or one of `Expected`. */
  expected: number
}

const MAX_UINT64 = 2n ** 64n - 1n
const MAX_INT64 = 2n ** 63n - 1n

/** 2^64 - 1 is how .NET clients spell "no stream"; what else exceeds an int64 is no revision. */
export function expectRevision(revision: bigint): Expectation {
  if (revision > MAX_INT64 && revision !== MAX_UINT64) throw new MalformedMessageError('revision out of range')
  return { kind: 'revision', revision, expected: revision === MAX_UINT64 ? Expected.NO_STREAM : Number(revision) }
}

const special = (kind: Expectation['kind'], expected: number): Expectation => ({ kind, revision: 0n, expected })
export const EXPECT_NO_STREAM = special('no-stream', Expected.NO_STREAM)
export const EXPECT_ANY = special('any', Expected.ANY)
export const EXPECT_STREAM_EXISTS = special('stream-exists', Expected.STREAM_EXISTS)

export interface WriteOptions {
  stream: string | undefined
  expectation: Expectation | undefined
}

/** Options of Append, Delete and Tombstone, and of BatchAppend up to its deadline: fields 1 to 5 are the same. */
export function readWriteOptions(
  reader: ProtoReader,
  other?: (field: number, reader: ProtoReader) => boolean,
): WriteOptions {
  const options: WriteOptions = { stream: undefined, expectation: undefined }
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) options.stream = readStreamName(reader.message())
    else if (field === 2) options.expectation = expectRevision(reader.uint64())
    else if (field >= 3 && field <= 5) {
      reader.slice()
      options.expectation = [EXPECT_NO_STREAM, EXPECT_ANY, EXPECT_STREAM_EXISTS][field - 3]
    } else if (!other?.(field, reader)) reader.skipField()
  }
  return options
}
