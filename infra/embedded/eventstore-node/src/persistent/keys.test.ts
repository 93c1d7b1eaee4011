import { describe, expect, test } from 'vitest'
import { encodeBody, encodeRecord } from '../wire/record.ts'
import { correlationOf, streamOf } from './keys.ts'
import type { Message } from './message.ts'

function message(metadata: string, type = 'T', data = ''): Message {
  const body = encodeBody({ type, isJson: true, data: Buffer.from(data), metadata: Buffer.from(metadata) })
  const id = '00000000-0000-0000-0000-000000000001'
  const stream = Buffer.from('s-1')
  const record = encodeRecord({ id, stream, revision: 0, position: 256, createdMs: 1_700_000_000_000, body })
  return { event: { position: 256, record }, link: undefined, id, marker: 0, retryCount: 0 }
}
const key = (metadata: string) => correlationOf(message(metadata))

describe('the correlation id', () => {
  test('is a text in the metadata, at any depth', () => {
    expect(key('{"a":1,"$correlationId":"c"}')).toBe('c')
    expect(key('{"outer":{"$correlationId":"c"}}')).toBe('c')
    expect(key('[1,{"$correlationId":"c"}]')).toBe('c')
  })

  test('is not looked for behind the first object that ends', () => {
    expect(key('{"outer":{},"$correlationId":"c"}')).toBe('s-1')
  })

  test('that is none leaves the stream', () => {
    for (const metadata of ['', ' ', '{}', '42', 'null', '{"$correlationId":5}', '{"$correlationId":']) {
      expect(key(metadata)).toBe('s-1')
    }
  })

  test('cannot be found in what is no JSON', () => {
    expect(key('plain text')).toBeUndefined()
  })
})

test('the stream of a link that was not followed is the one it points to', () => {
  expect(streamOf(message('', '$>', '5@other-1'))).toBe('other-1')
  expect(streamOf(message('', '$>', 'nonsense'))).toBe('nonsense')
})
