import { describe, expect, test } from 'vitest'
import { SOFT_DELETED, parseMetadata, undeletedMetadata } from './metadata.ts'

const parse = (json: string) => parseMetadata(Buffer.from(json))

describe('parseMetadata', () => {
  test('reads what governs a stream', () => {
    expect(parse('{"$maxCount":3,"$maxAge":60,"$tb":2,"$acl":{"$r":"$all","$w":["a","b"]},"own":1}')).toEqual({
      maxCount: 3,
      maxAge: 60,
      truncateBefore: 2,
      acl: { read: ['$all'], write: ['a', 'b'] },
    })
  })

  test('knows a soft delete', () => {
    expect(parse('{"$tb":9223372036854775807}').truncateBefore).toBe(SOFT_DELETED)
  })

  test.each(['{"$maxCount":0}', '{"$maxCount":2,"$maxAge":-1}', '{"$tb":"x"}', '{"$acl":7}', '[1]', 'nonsense', ''])(
    'is void as a whole when a part makes no sense: %s',
    (json) => {
      expect(parse(json)).toEqual({})
    },
  )
})

test('a stream that comes back keeps its other metadata', () => {
  const json = undeletedMetadata(Buffer.from('{"own":1,"$tb":9223372036854775807}'), 4)
  expect(JSON.parse(String(json))).toEqual({ own: 1, $tb: 4 })
})
