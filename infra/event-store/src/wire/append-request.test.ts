import { randomUUID } from 'node:crypto'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { describe, expect, it } from 'vitest'
import type { ExpectedRevision } from '../types.ts'
import { correlations, encodeAppend } from './append-request.ts'

const event = (data: unknown) => ({
  id: randomUUID(),
  type: 'Grüße',
  data: JSON.stringify(data),
  metadata: Buffer.from('{"a":1}'),
})
const encode = (expected: ExpectedRevision, events: ReturnType<typeof event>[]) =>
  encodeAppend(correlations()(7), { streamId: 'ströme-1', expected, events }).map((bytes) =>
    streams.BatchAppendReq.deserializeBinary(bytes).toObject(),
  )

describe('an append as BatchAppendReq', () => {
  it('is what the generated code reads', () => {
    const written = [event({ text: 'grüße ✓' }), event([])]
    const [request, ...rest] = encode(41, written)
    expect(rest).toEqual([])
    expect(request).toMatchObject({ isFinal: true, options: { streamPosition: '41' } })
    expect(request?.correlationId?.structured?.leastSignificantBits).toBe('7')
    expect(Buffer.from(String(request?.options?.streamIdentifier?.streamName), 'base64').toString()).toBe('ströme-1')
    expect(
      request?.proposedMessagesList.map(({ id, metadataMap, customMetadata, data }) => ({
        id: id?.string,
        entries: metadataMap,
        metadata: Buffer.from(String(customMetadata), 'base64'),
        data: Buffer.from(String(data), 'base64').toString(),
      })),
    ).toEqual(
      written.map(({ id, metadata, data }) => ({
        id,
        entries: [
          ['content-type', 'application/json'],
          ['type', 'Grüße'],
        ],
        metadata,
        data,
      })),
    )
  })
  it.each([
    ['any', { any: {} }],
    ['no-stream', { noStream: {} }],
    ['stream-exists', { streamExists: {} }],
    [0, { streamPosition: '0' }],
    [2 ** 40, { streamPosition: String(2 ** 40) }],
  ] as const)('expects %s', (expected, options) => {
    expect(encode(expected, [])).toEqual([expect.objectContaining({ options: expect.objectContaining(options) })])
  })
  it('comes in several messages of one correlation id when it is large, each event whole', () => {
    const written = Array.from({ length: 5 }, (_, n) => event({ n, filler: 'x'.repeat(400_000) }))
    const chunks = encode('any', written)
    expect(chunks.map(({ isFinal }) => isFinal)).toEqual([false, false, true])
    expect(chunks.map(({ options }) => options !== undefined)).toEqual([true, false, false])
    expect(new Set(chunks.map(({ correlationId }) => JSON.stringify(correlationId))).size).toBe(1)
    expect(chunks.flatMap((chunk) => chunk.proposedMessagesList.map(({ id }) => id?.string))).toEqual(
      written.map(({ id }) => id),
    )
  })
})
