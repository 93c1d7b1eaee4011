import { unpackToCommandError } from '@eventstore/db-client/dist/streams/appendToStream/unpackError.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { Cursor } from './cursor.ts'

export type AppendAnswer = {
  /** The number that the request carried (see `correlationOf`). */
  readonly number: number
  /** Of the last event; `position` is "0" when a repeat's is not known. */
  readonly outcome: { readonly revision: number; readonly position: string } | Error
}

const answer = { correlation: 0x0a, error: 0x12, success: 0x1a } as const
const uuid = { structured: 0x0a, text: 0x12 } as const
const success = { revision: 0x08, position: 0x1a } as const
const bits = { least: 0x10 } as const
const commitPosition = 0x08

/** Decodes `event_store.client.streams.BatchAppendResp`; a refusal becomes the library's error. */
export function decodeAppendAnswer(bytes: Buffer): AppendAnswer {
  const cursor = new Cursor(bytes)
  let number = 0
  let outcome: AppendAnswer['outcome'] | undefined
  while (cursor.at < bytes.length) {
    const tag = cursor.varint()
    if (tag === answer.correlation) number = decodeNumber(cursor)
    else if (tag === answer.success) outcome = decodeSuccess(cursor)
    else if (tag === answer.error) {
      outcome = decodeError(bytes)
      cursor.skip(tag)
    } else cursor.skip(tag)
  }
  return { number, outcome: outcome ?? new Error('the event store answered an append with nothing') }
}

/** Servers give a correlation id back as it came or written the other way. */
function decodeNumber(cursor: Cursor): number {
  const end = cursor.enter()
  let number = 0
  while (cursor.at < end) {
    const tag = cursor.varint()
    if (tag === uuid.text) number = Number.parseInt(cursor.text().slice(-12), 16)
    else if (tag === uuid.structured) number = decodeLeast(cursor)
    else cursor.skip(tag)
  }
  return number
}

function decodeLeast(cursor: Cursor): number {
  const end = cursor.enter()
  let number = 0
  while (cursor.at < end) {
    const tag = cursor.varint()
    if (tag === bits.least) number = cursor.varint()
    else cursor.skip(tag)
  }
  return number
}

function decodeSuccess(cursor: Cursor) {
  const end = cursor.enter()
  let revision = 0
  let position = '0'
  while (cursor.at < end) {
    const tag = cursor.varint()
    if (tag === success.revision) revision = cursor.varint()
    else if (tag === success.position) {
      const positionEnd = cursor.enter()
      if (cursor.varint() === commitPosition) position = cursor.decimal()
      cursor.at = positionEnd
    } else cursor.skip(tag)
  }
  return { revision, position }
}

function decodeError(bytes: Buffer): Error {
  const refused = streams.BatchAppendResp.deserializeBinary(bytes)
  const stream = Buffer.from(refused.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8')
  const status = refused.getError()!
  const error = unpackToCommandError(status, stream)
  // The library leaves out what the server says of its own trouble.
  if (error.message === '') error.message = status.getMessage()
  return error
}
