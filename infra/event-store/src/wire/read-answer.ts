import type { StoredRecord } from '@mosaic/contracts/kernel'
import { Cursor } from './cursor.ts'

export type ReadAnswer =
  | { readonly kind: 'record'; readonly record: StoredRecord }
  | { readonly kind: 'caught-up' | 'not-found' | 'other' }

const caughtUp: ReadAnswer = { kind: 'caught-up' }
const notFound: ReadAnswer = { kind: 'not-found' }
const other: ReadAnswer = { kind: 'other' }

/** Tags: field number × 8, plus 2 for what has a length and 0 for what is a number. */
const answer = { event: 0x0a, streamNotFound: 0x22, caughtUp: 0x42 } as const
const recorded = {
  id: 0x0a,
  stream: 0x12,
  revision: 0x18,
  prepare: 0x20,
  commit: 0x28,
  metadata: 0x32,
  customMetadata: 0x3a,
  data: 0x42,
} as const

/** Decodes `event_store.client.streams.ReadResp`, whose ids were asked for as text. */
export function decodeReadAnswer(bytes: Buffer): ReadAnswer {
  const cursor = new Cursor(bytes)
  let found = other
  while (cursor.at < bytes.length) {
    const tag = cursor.varint()
    if (tag === answer.event) return decodeReadEvent(cursor) ?? other
    if (tag === answer.caughtUp) found = caughtUp
    else if (tag === answer.streamNotFound) found = notFound
    cursor.skip(tag)
  }
  return found
}

/** The event of a ReadEvent; links are not resolved, so there is none beside it. */
function decodeReadEvent(cursor: Cursor): ReadAnswer | undefined {
  const end = cursor.enter()
  while (cursor.at < end) {
    const tag = cursor.varint()
    if (tag === answer.event) return { kind: 'record', record: decodeRecorded(cursor) }
    cursor.skip(tag)
  }
  return undefined
}

const nothing: Uint8Array = new Uint8Array()

function decodeRecorded(cursor: Cursor): StoredRecord {
  const end = cursor.enter()
  let [id, streamId, type, contentType] = ['', '', '', '']
  let [position, preparePosition] = ['0', '0']
  let revision = 0
  let [dataBytes, metadataBytes] = [nothing, nothing]
  while (cursor.at < end) {
    const tag = cursor.varint()
    if (tag === recorded.data) dataBytes = cursor.slice()
    else if (tag === recorded.customMetadata) metadataBytes = cursor.slice()
    else if (tag === recorded.revision) revision = cursor.varint()
    else if (tag === recorded.commit) position = cursor.decimal()
    else if (tag === recorded.prepare) preparePosition = cursor.decimal()
    else if (tag === recorded.id) id = onlyText(cursor)
    else if (tag === recorded.stream) streamId = onlyText(cursor)
    else if (tag === recorded.metadata) {
      const entryEnd = cursor.enter()
      cursor.at++
      const key = cursor.text()
      cursor.at++
      if (key === 'type') type = cursor.text()
      else if (key === 'content-type') contentType = cursor.text()
      cursor.at = entryEnd
    } else cursor.skip(tag)
  }
  return { id, type, streamId, revision, position, preparePosition, contentType, dataBytes, metadataBytes }
}

/** UUID as text and StreamIdentifier are messages of one field. */
function onlyText(cursor: Cursor): string {
  const end = cursor.enter()
  cursor.at++
  const text = cursor.text()
  cursor.at = end
  return text
}
