import type { WriteResult } from '../storage/commands.ts'
import type { Expectation } from '../wire/append-requests.ts'
import { ProtoWriter } from '../wire/protobuf.ts'
import { writePosition } from './append.ts'
import type { Batch } from './batch-request.ts'
import { MAX_APPEND_SIZE } from './refusals.ts'

/** google.rpc.Code, as the real server fills it in (they are not the codes of gRPC's own list). */
const Code = { BAD_REQUEST: 3, TIMEOUT: 4, DELETED: 5, WRONG_EXPECTED: 6, DENIED: 7, UNKNOWN: 2 } as const
const DETAILS = 'type.googleapis.com/event_store.client.'
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

/** BatchAppendResp for what became of an append. */
export function answer(batch: Batch, result: WriteResult): Buffer {
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

/** BatchAppendResp for an append that is not worth a try; undefined when it is. */
export function refusal(batch: Batch): Buffer | undefined {
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

export const accessDenied = (batch: Batch): Buffer => errorAnswer(batch, Code.DENIED, 'Access Denied', 'AccessDenied')
