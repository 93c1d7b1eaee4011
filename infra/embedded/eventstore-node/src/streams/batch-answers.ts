import type { WriteResult } from '../storage/commands.ts'
import { Expected } from '../storage/write-rules.ts'
import type { Expectation } from '../wire/append-requests.ts'
import { ProtoWriter } from '../wire/protobuf.ts'
import { writeUuid } from '../wire/uuid.ts'
import { success } from './append.ts'
import { MAX_APPEND_SIZE } from './refusals.ts'

/** google.rpc.Code, as the real server fills it in (they are not the codes of gRPC's own list). */
const Code = { UNKNOWN: 2, BAD_REQUEST: 3, TIMEOUT: 4, DELETED: 5, WRONG_EXPECTED: 6, DENIED: 7 } as const
const DETAILS = 'type.googleapis.com/event_store.client.'

/** What an answer is about: the correlation id of a chunk as it came, and the stream. */
export interface Subject {
  correlation: Buffer | undefined
  identifier: Buffer | undefined
}

const envelope = ({ correlation }: Subject): ProtoWriter => {
  const response = new ProtoWriter()
  return correlation ? response.bytes(1, correlation) : response
}

/** The correlation id of a batch that timed out comes from the server, which writes ids as two integers. */
export const structuredCorrelation = (key: string): Buffer => {
  const bytes = writeUuid(new ProtoWriter(), 1, key, true).finish()
  // Without the tag and the length of the field, both of one byte.
  return bytes.subarray(2)
}

interface Refusal {
  code: number
  message: string
  type: string
  details?: (target: ProtoWriter) => void
}

function refused(subject: Subject, { code, message, type, details }: Refusal): Buffer {
  const value = new ProtoWriter()
  details?.(value)
  const response = envelope(subject).message(2, (status) =>
    status
      .uint64(1, code)
      .string(2, message)
      .message(3, (any) => any.string(1, DETAILS + type).bytes(2, value.finish())),
  )
  if (subject.identifier) response.bytes(4, subject.identifier)
  return response.finish()
}

export const badRequest = (subject: Subject, message: string): Buffer =>
  refused(subject, {
    code: Code.BAD_REQUEST,
    message,
    type: 'BadRequest',
    details: (target) => target.string(1, message),
  })

export const tooLarge = (subject: Subject): Buffer =>
  refused(subject, {
    code: Code.BAD_REQUEST,
    message: 'Maximum append size exceeded',
    type: 'MaximumAppendSizeExceeded',
    details: (target) => target.uint64(1, MAX_APPEND_SIZE),
  })

export const timedOut = (subject: Subject): Buffer =>
  refused(subject, { code: Code.TIMEOUT, message: 'Timeout', type: 'Timeout' })

export const accessDenied = (subject: Subject): Buffer =>
  refused(subject, { code: Code.DENIED, message: 'Access Denied', type: 'AccessDenied' })

function wrongExpected(target: ProtoWriter, { kind, revision, expected }: Expectation, current: number): void {
  if (current >= 0) target.uint64(1, current)
  else target.message(2)
  if (kind === 'any') target.message(4)
  else if (kind === 'stream-exists') target.message(5)
  else if (expected === Expected.NO_STREAM) target.message(6)
  else target.uint64(3, revision)
}

/** BatchAppendResp for what became of an append. */
export function answer(subject: Subject, expectation: Expectation, result: WriteResult): Buffer {
  switch (result.outcome) {
    case 'written':
    case 'repeated': {
      const response = envelope(subject).message(3, (target) => success(target, result.last, result.position))
      return response.bytes(4, subject.identifier!).finish()
    }
    case 'wrong-expected-revision':
      return refused(subject, {
        code: Code.WRONG_EXPECTED,
        message: 'Wrong expected version',
        type: 'WrongExpectedVersion',
        details: (target) => wrongExpected(target, expectation, result.current),
      })
    case 'deleted':
      return refused(subject, {
        code: Code.DELETED,
        message: 'Stream is deleted',
        type: 'StreamDeleted',
        details: (target) => target.bytes(1, subject.identifier!),
      })
    case 'failed':
      return refused(subject, {
        code: Code.UNKNOWN,
        message: 'The store does not accept writes at the moment.',
        type: 'Unknown',
      })
  }
}
