import { array, assert, constantFrom, nat, oneof, pre, property, tuple, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { replacePassage } from './edit-passage.ts'
import { decodeText, encodeText } from './text-encoding.ts'

const edited = (text: string, oldText: string, newText: string) => replacePassage(text, oldText, newText).text

test('a latin1 file keeps every byte that was not edited', () => {
  const before = Buffer.from('rate = 7\nlabel = Geb\xfchr f\xfcr Stra\xdfe\n', 'latin1')
  const { text, encoding } = decodeText(before)
  const after = encodeText(edited(text, 'rate = 7', 'rate = 8'), encoding)
  expect(after.toString('latin1')).toBe('rate = 8\nlabel = Geb\xfchr f\xfcr Stra\xdfe\n')
})

test.each([
  ['LF in old_text fits CRLF', 'a\r\nb\r\nc\r\n', 'a\nb\n', 'a\nB\n', 'a\r\nB\r\nc\r\n'],
  ['a line put in ends as its neighbours do', 'a\r\nb\r\n', 'a', 'a\nnew', 'a\r\nnew\r\nb\r\n'],
  ['mixed line ends stay mixed', 'a\r\nb\nc\r\n', 'a\nb\nc', 'a\nb\nC', 'a\r\nb\nC\r\n'],
  ['CRLF in old_text fits LF', 'a\nb\n', 'a\r\nb', 'x\r\nb', 'x\nb\n'],
  ['a lone CR is a character', 'a\rb\n', 'a\rb', 'c', 'c\n'],
  ['dollar signs are letters', 'price\n', 'price', "$&$1$'", "$&$1$'\n"],
])('%s', (_, text, oldText, newText, expected) => expect(edited(text, oldText, newText)).toBe(expected))

test.each([
  ['not there', 'abc', 'x'],
  ['there twice', 'abab', 'ab'],
  ['there twice, one over the other', 'aaa', 'aa'],
  ['half of a character', '😀', '\ud83d'],
])('a passage that is %s is refused', (_, text, oldText) => {
  expect(() => edited(text, oldText, 'y')).toThrow(expect.objectContaining({ code: 'OLD_TEXT_NOT_UNIQUE' }))
})

test.each([
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 65, 0, 0, 0]), 'FILE_NOT_DECODABLE'],
  ['UTF-16 with half a pair', Buffer.from([0xff, 0xfe, 0x3d, 0xd8]), 'FILE_NOT_DECODABLE'],
  ['UTF-16 with an odd byte', Buffer.from([0xfe, 0xff, 0]), 'FILE_NOT_DECODABLE'],
  ['binary', Buffer.from([1, 0, 2]), 'FILE_IS_BINARY'],
])('%s is refused by name', (_, bytes, code) => {
  expect(() => decodeText(bytes)).toThrow(expect.objectContaining({ code }))
})

test('what an encoding has no place for is refused, not replaced', () => {
  expect(() => encodeText('5 €', 'ISO-8859-1')).toThrow(expect.objectContaining({ code: 'TEXT_NOT_ENCODABLE' }))
  expect(() => encodeText('\ud83d', 'UTF-8')).toThrow(expect.objectContaining({ code: 'TEXT_NOT_ENCODABLE' }))
})

const marks = constantFrom([], [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff])
const anyBytes = oneof(
  tuple(marks, uint8Array({ maxLength: 200 })).map(([mark, rest]) => Buffer.from([...mark, ...rest])),
  array(constantFrom('a', 'ü', '\r\n', '\n', '\r', '€', '😀'), { maxLength: 60 }).map((parts) => {
    return Buffer.from(parts.join(''), 'utf8')
  }),
)
const readable = anyBytes.filter((bytes) => {
  try {
    return decodeText(bytes) !== undefined
  } catch {
    return false
  }
})

test('whatever can be read is written back byte for byte', () => {
  assert(
    property(readable, (bytes) => {
      const { text, encoding } = decodeText(bytes)
      expect(encodeText(text, encoding)).toEqual(bytes)
    }),
    { numRuns: 2000 },
  )
})

test('bytes outside the edited passage never change', () => {
  assert(
    property(readable, nat(), nat(), constantFrom('', 'x', 'x\ny', 'ü'), (bytes, from, length, put) => {
      const { text, encoding } = decodeText(bytes)
      const characters = [...text]
      const start = from % (characters.length + 1)
      const end = Math.min(characters.length, start + 1 + (length % 20))
      const passage = characters.slice(start, end).join('')
      const [head, tail] = [characters.slice(0, start).join(''), characters.slice(end).join('')]
      // Between the halves of a CRLF a passage cannot begin or end.
      pre(!(head.endsWith('\r') && passage.startsWith('\n')) && !(passage.endsWith('\r') && tail.startsWith('\n')))
      pre(passage !== '' && isOnce(text, passage))
      const asTold = passage.includes('\r\r\n') ? passage : passage.replaceAll('\r\n', '\n')
      const after = encodeText(edited(text, asTold, put), encoding)
      const first = encodeText(head, encoding)
      const last = encodeText(tail, encoding).subarray(encodeText('', encoding).length)
      expect(after.subarray(0, first.length)).toEqual(first)
      expect(after.subarray(after.length - last.length)).toEqual(last)
      expect(edited(text, passage, passage)).toBe(text)
    }),
    { numRuns: 2000 },
  )
})

function isOnce(text: string, passage: string): boolean {
  const [flat, sought] = [text.replaceAll('\r\n', '\n'), passage.replaceAll('\r\n', '\n')]
  return flat.indexOf(sought) === flat.lastIndexOf(sought)
}
