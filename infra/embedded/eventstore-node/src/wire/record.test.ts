import { describe, expect, test } from 'vitest'
import {
  TOMBSTONE_REVISION,
  encodeBody,
  encodeRecord,
  isOfSystemStream,
  isOfSystemType,
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

  test.each([
    ['$s', 'T'],
    ['s', '$T'],
    ['s'.repeat(200), `$${'t'.repeat(200)}`],
    [`$${'s'.repeat(20_000)}`, 't'],
  ])('tells of stream and type whether they are of the system', (stream, type) => {
    const body = encodeBody({ type, isJson: false, data: Buffer.alloc(0) })
    const record = encodeRecord({
      id,
      stream: Buffer.from(stream),
      revision: 500,
      position: 2 ** 40,
      createdMs: 1_700_000_000_123,
      body,
    })
    expect([isOfSystemStream(record), isOfSystemType(record)]).toEqual([stream.startsWith('$'), type.startsWith('$')])
  })

  test('turns its uuid into two integers and back', () => {
    const recorded = withStructuredUuid(recordedBytes(encode(3, 1000)))
    const reader = new ProtoReader(recorded)
    expect(reader.next()).toBe(1)
    expect(readUuid(reader)).toBe(id)
  })
})
