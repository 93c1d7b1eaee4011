import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Automaton, type Span } from './automaton.ts'
import { parsePattern } from './parse.ts'

const find = (pattern: string, text: string) =>
  new Automaton(parsePattern(pattern)).spans(text).map(([from, to]) => text.slice(from, to))

test.each([
  ['ACME-[0-9]{6}', 'ACME-123456, ACME-12345', ['ACME-123456']],
  [String.raw`acme_(?:live|test)_\w{4,6}`, 'acme_live_abcdefgh acme_test_abc', ['acme_live_abcdef']],
  ['(?i)key:[a-f]+', 'KEY:abcx key:FFz', ['KEY:abc', 'key:FF']],
  [String.raw`a\.b\-c[^\s]{2}`, 'a.b-cxy a.b-c', ['a.b-cxy']],
  ['x(ab|cd)*y?z', 'xababcdyz xz', ['xababcdyz', 'xz']],
  [String.raw`[\]\-a]{3}.`, ']-a! b', [']-a!']],
  [String.raw`\u00fc\x41+`, 'üAAAb', ['üAAA']],
])('%s in %s', (pattern, text, found) => expect(find(pattern, text)).toEqual(found))

test.each(['ab(((){500}){500}){500}c', 'ab(((x{0}|){500}){500}){500}c', 'ab((((|)){500}){500}){500}c'])(
  'a group that takes in nothing was written out as often as it is repeated: %s',
  (pattern) => expect(find(pattern, 'abc ab')).toEqual(['abc']),
)

test.each([
  ['(a', 'nothing closes'],
  ['a)', 'nothing opens'],
  ['(?=a)b', 'looking around'],
  [String.raw`(a)\1`, 'which a pattern cannot have'],
  ['^abc', 'an anchor'],
  [String.raw`\bword`, 'which a pattern cannot have'],
  ['a**', 'a repetition of a repetition'],
  ['+a', 'a repetition of nothing'],
  ['a{600}', 'a repetition of more than 500'],
  ['[z-a]', 'a range without an order'],
  ['[abc', 'a class that nothing closes'],
  ['(?:[a-z]{400}){400}', 'more than 1000 characters'],
])('%s is refused by what is wrong with it', (pattern, why) => {
  expect(() => new Automaton(parsePattern(pattern))).toThrow(why)
})

/** Patterns, and texts of their few letters. */
const letter = fc.constantFrom('a', 'b', 'c', '[ab]', '[^a]', '.')
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small' },
    letter,
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => parts.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `(?:${one}|${other})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('?', '*', '+', '{2}', '{1,3}', '{2,}'))
      .map(([part, times]) => `(?:${part})${times}`),
  ),
}))

/** Every place that some match begins at takes in, by trying each beginning and each end. */
function expected(source: string, text: string): Span[] {
  const whole = new RegExp(`^(?:${source})$`)
  const spans: [number, number][] = []
  for (let end = 1; end <= text.length; end++) {
    for (let from = 0; from < end; from++) {
      if (!whole.test(text.slice(from, end))) continue
      let begin = from
      while (spans.length > 0 && spans.at(-1)![1] > begin) begin = Math.min(begin, spans.pop()![0])
      spans.push([begin, end])
      break
    }
  }
  return spans
}

test('it finds what the regular expression takes in', () => {
  fc.assert(
    fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 }), (source, text) => {
      expect(new Automaton(parsePattern(source)).spans(text)).toEqual(expected(source, text))
    }),
    { numRuns: 500 },
  )
})

test.each(['(a+)+b', '(a|aa)+c', '(?:a*){20}b', '.*.*.*=.*', '[a-z]*[a-z0-9]*[a-z]*x!'])(
  '%s took for ever in a text of a',
  (evil) => {
    const automaton = new Automaton(parsePattern(evil))
    const timed = (length: number) => {
      const began = performance.now()
      automaton.spans('a'.repeat(length))
      return performance.now() - began
    }
    timed(2000)
    expect(timed(40_000)).toBeLessThan(Math.max(40 * timed(4000), 2000))
  },
)
