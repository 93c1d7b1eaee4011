import { describe, expect, test } from 'vitest'
import {
  TOMBSTONE_REVISION,
  encodeBody,
  encodeRecord,
  recordCreatedMs,
  recordId,
  recordNames,
  recordedBytes,
  viewRecord,
  withStructuredUuid,
} from './record.ts'
import { ProtoReader } from './protobuf.ts'
import { readUuid } from './uuid.ts'

const id = '0b6e3a54-7c1f-4f7e-9a7b-3f1a6f1f2e3d'
const encode = (revision: number, position: number) =>
  encodeRecord({
    id,
    stream: Buffer.from('поток-1'),
    revision,
    position,
    createdMs: 1_700_000_000_123,
    body: encodeBody({ type: 'Happened', isJson: true, data: Buffer.from('{"a":1}'), metadata: Buffer.from('{}') }),
  })

describe('a stored record', () => {
  test.each([
    [0, 256],
    [127, 2 ** 31],
    [128, 2 ** 40],
    [TOMBSTONE_REVISION, 2 ** 52],
  ])('keeps revision %i at position %i', (revision, position) => {
    const record = encode(revision, position)
    expect(viewRecord(record)).toMatchObject({
      id,
      stream: 'поток-1',
      revision,
      position,
      createdMs: 1_700_000_000_123,
      type: 'Happened',
      isJson: true,
      data: Buffer.from('{"a":1}'),
      metadata: Buffer.from('{}'),
    })
  })

  test('shows id, time and names without being parsed as a whole', () => {
    const record = encode(3, 1000)
    expect(recordId(record)).toBe(id)
    expect(recordCreatedMs(record)).toBe(1_700_000_000_123)
    expect(recordNames(record)).toEqual({ stream: 'поток-1', type: 'Happened' })
  })

  test('turns its uuid into two integers and back', () => {
    const recorded = withStructuredUuid(recordedBytes(encode(3, 1000)))
    const reader = new ProtoReader(recorded)
    expect(reader.next()).toBe(1)
    expect(readUuid(reader)).toBe(id)
  })
})
