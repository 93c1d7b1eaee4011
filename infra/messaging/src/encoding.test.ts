import type { RawRecord } from '@mosaic/contracts/kernel'
import { headers } from '@nats-io/nats-core'
import { describe, expect, it } from 'vitest'
import { decodeRecord, encodeRecord } from './index.ts'

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
const roundTrip = (raw: RawRecord, previous: string | null) => {
  const { header, payload } = encodeRecord(raw, previous)
  return decodeRecord(header, typeof payload === 'string' ? new TextEncoder().encode(payload) : payload)
}

describe('a relayed event', () => {
  it('comes back as it was, beyond what a JSON number holds', () => {
    expect(roundTrip(record, '17')).toStrictEqual({ record, previousPosition: '17' })
    expect(roundTrip(record, null)).toStrictEqual({ record, previousPosition: null })
  })
  it('keeps bytes as bytes', () => {
    const binary = { ...record, contentType: 'application/octet-stream', data: Uint8Array.of(0, 255, 10) }
    expect(roundTrip(binary, null)?.record.data).toStrictEqual(Uint8Array.of(0, 255, 10))
  })
  it('goes to workspace _ without metadata of ours', () => {
    expect(encodeRecord({ ...record, metadata: null }, null).subject).toBe(
      'mosaic._.agentSession.0190d5b0-0000-7000-8000-000000000001.AgentPaused',
    )
  })
  it('is not made of a message that the relay did not write', () => {
    expect(decodeRecord(undefined, new Uint8Array())).toBeUndefined()
    expect(decodeRecord(headers(), new TextEncoder().encode('{}'))).toBeUndefined()
    const { header } = encodeRecord(record, null)
    expect(decodeRecord(header, new TextEncoder().encode('{'))).toBeUndefined()
  })
})
