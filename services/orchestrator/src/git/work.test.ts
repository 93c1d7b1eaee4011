import { expect, test } from 'vitest'
import { withTrailers } from './work.ts'

test('what an agent wrote into a message moved the terminal of whoever read the history', () => {
  const message = 'fix: a\u001b]52;c;Zm9v\u0007 thing\u202e\r\n\n\tas \u009b31mit is\0'
  expect(withTrailers(message, { 'Mosaic-Model': 'm\u001b[2J\nMosaic-Session: forged' })).toBe(
    'fix: a]52;c;Zm9v thing\n\n\tas 31mit is\n\nMosaic-Model: m[2J Mosaic-Session: forged\n',
  )
})

test('words of other languages stay as they are', () => {
  const message = 'feat: 👨‍👩‍👧 and می‌خواهم, ünïcode'
  expect(withTrailers(message, {})).toBe(`${message}\n\n\n`)
})
