import { expect, test } from 'vitest'
import { exactParts } from './exact-text.ts'

const shown = (text: string) =>
  exactParts(text)
    .map((part) => part.text)
    .join('')

test('what is seen stays as it is', () => {
  const text = 'echo "größer" | tee a.txt\n\tgit push 🚀'
  expect(exactParts(text)).toEqual([{ text, isUnseen: false }])
  expect(exactParts('')).toEqual([])
})

test.each([
  ['a command that a carriage return would write over', 'rm -rf /\recho hi', 'rm -rf /\\u{d}echo hi'],
  ['what a terminal would hide', 'echo \u001B[8mhidden', 'echo \\u{1b}[8mhidden'],
  ['what is read in another order than it is run', 'a\u202Eb\u2066', 'a\\u{202e}b\\u{2066}'],
  ['what no font shows', 'a\u200Bb\u{E0041}\uFE0F\u3164\u2800', 'a\\u{200b}b\\u{e0041}\\u{fe0f}\\u{3164}\\u{2800}'],
  ['a space that is none', 'rm\u00A0-rf\u2028', 'rm\\u{a0}-rf\\u{2028}'],
  ['half a character', 'a\uD800', 'a\\u{d800}'],
])('%s is spelled out', (_, text, expected) => {
  expect(shown(text)).toBe(expected)
})
