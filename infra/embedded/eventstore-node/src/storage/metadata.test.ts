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

  test('takes $tb for a soft delete only at 2^63 - 1 itself', () => {
    expect(parse('{"$tb":9223372036854775806}').truncateBefore).toBe(Number.MAX_SAFE_INTEGER)
    expect(parse('{"$tb":9223372036854775808}')).toEqual({})
  })

  test.each(['{"$maxCount":0,"$tb":2}', '{"$maxAge":-1,"$tb":2}', '{"$maxCount":-5,"$cacheControl":0,"$tb":2}'])(
    'ignores a count or an age of 0 or less, and nothing else: %s',
    (json) => {
      expect(parse(json)).toEqual({ truncateBefore: 2 })
    },
  )

  test.each([
    '{"$tb":"x"}',
    '{"$tb":null}',
    '{"$tb":1.5}',
    '{"$maxCount":2.0}',
    '{"$maxCount":1e3}',
    '{"$maxCount":"2"}',
    '{"$maxCount":99999999999999999999}',
    '{"$maxAge":9007199254740991}',
    '{"$tmp":1}',
    '{"$acl":7}',
    '{"$acl":null}',
    '{"$acl":{"$r":null}}',
    '{"$acl":{"$r":["a",1]}}',
    '{"$acl":{"$r":"a","$other":"b"}}',
    '[1]',
    'nonsense',
    '',
  ])('is void as a whole when a part is of the wrong type: %s', (json) => {
    expect(parse(json)).toEqual({})
  })
})

test('a stream that comes back keeps its other metadata, integers of any size unrounded', () => {
  const json = undeletedMetadata(Buffer.from('{"own":12345678901234567890,"$tb":9223372036854775807,"s":"1"}'), 4)
  expect(String(json)).toBe('{"own":12345678901234567890,"$tb":4,"s":"1"}')
})
