import { expect, test } from 'vitest'
import { jsonText, storableText } from './json.ts'

test('NUL and half a surrogate pair become U+FFFD, everything else stays', () => {
  expect(storableText('a\u0000b\ud83dc 😀 \\u0000')).toBe('a\uFFFDb\uFFFDc 😀 \\u0000')
})

test('JSON is cleaned wherever a string stands, keys too, and left alone where there is nothing to clean', () => {
  const value = { 'k\u0000': ['\ud83d', { deep: 'x\u0000' }], n: 1, nil: null, ok: true, 'text \\u0000': '\\ud83d 😀' }
  expect(JSON.parse(jsonText(value))).toEqual({
    'k\uFFFD': ['\uFFFD', { deep: 'x\uFFFD' }],
    n: 1,
    nil: null,
    ok: true,
    'text \\u0000': '\\ud83d 😀',
  })
  expect(jsonText({ a: 'é😀' })).toBe('{"a":"é😀"}')
})
