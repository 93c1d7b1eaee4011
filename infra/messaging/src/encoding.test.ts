import type { RawRecord } from '@mosaic/contracts/kernel'
import { headers as names } from '@mosaic/contracts/messaging'
import { storedRecordOf } from '@mosaic/kit'
import { headers } from '@nats-io/nats-core'
import { describe, expect, it } from 'vitest'
import { decodeRecord, encodeRecord } from './encoding.ts'
import { fieldsOf } from './header-fields.ts'

const record: RawRecord = {
  id: '0190d5b0-0000-7000-8000-000000000000',
  type: 'AgentPaused',
  streamId: 'agentSession-0190d5b0-0000-7000-8000-000000000001',
  revision: 7,
  position: '18446744073709551615',
  preparePosition: '18446744073709551614',
  contentType: 'application/json',
  data: { text: 'grüße ✓ \u0000' },
  metadata: { workspaceId: 'default', actor: { kind: 'operator', id: 'ada', name: 'Ada Löwe' } },
}
const stored = storedRecordOf(record)
const text = (json: string) => new TextEncoder().encode(json)
const roundTrip = (changed: Partial<typeof stored> = {}, previous: string | null = null) => {
  const { header, payload } = encodeRecord({ ...stored, ...changed }, previous)
  return decodeRecord(fieldsOf(header), payload)
}

describe('a relayed event', () => {
  it('comes back as it was, beyond what a JSON number holds', () => {
    expect(roundTrip({}, '17')).toStrictEqual({ record, previousPosition: '17' })
    expect(roundTrip()).toStrictEqual({ record, previousPosition: null })
  })
  it('keeps bytes as bytes', () => {
    const dataBytes = Uint8Array.of(0, 255, 10)
    const relayed = roundTrip({ contentType: 'application/octet-stream', dataBytes })
    expect(relayed?.record.data).toStrictEqual(dataBytes)
  })
  it('has what is no JSON as text, as those who read the log have it', () => {
    expect(roundTrip({ dataBytes: text('{') })?.record.data).toBe('{')
  })
  it('keeps metadata that was written in several lines in one header', () => {
    const metadataBytes = text(JSON.stringify(record.metadata, null, 2))
    expect(roundTrip({ metadataBytes })).toStrictEqual({ record, previousPosition: null })
  })
  it.each(['a\nb', ' a ', '"a"', 'ü'])('keeps a foreign name as it is: %j', (name) => {
    expect(roundTrip({ streamId: name, type: name })?.record).toMatchObject({ streamId: name, type: name })
  })
  it('goes to workspace _ without metadata of ours', () => {
    expect(encodeRecord({ ...stored, metadataBytes: new Uint8Array() }, null).subject).toBe(
      'mosaic._.agentSession.0190d5b0-0000-7000-8000-000000000001.AgentPaused',
    )
  })
  it('has another message id in another place of the log', () => {
    const ids = [stored, { ...stored, position: '9', preparePosition: '9' }].map((each) =>
      encodeRecord(each, null).header.get(names.messageId),
    )
    expect(new Set(ids).size).toBe(2)
  })
  it('that an older relay wrote has its id as message id', () => {
    const { header, payload } = encodeRecord(stored, '17')
    header.delete(names.eventId)
    header.set(names.messageId, record.id)
    expect(decodeRecord(fieldsOf(header), payload)).toStrictEqual({ record, previousPosition: '17' })
  })
  it('is not made of a message that the relay did not write', () => {
    expect(decodeRecord(undefined, new Uint8Array())).toBeUndefined()
    expect(decodeRecord(fieldsOf(headers()), text('{}'))).toBeUndefined()
  })
})
