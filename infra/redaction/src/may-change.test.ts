import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { inPhrases, samples } from '../test/samples.ts'
import { everyPattern, mayHoldSecret } from './patterns.ts'
import { createRedactor } from './redactor.ts'

const known = ['hunter2"hunter2\\', 'grüße-vom-schlüssel', 'line one\nline two']
const { value, mayChange } = createRedactor(known)

const secrets = [
  ...samples.map(([, secret]) => secret),
  ...inPhrases.map((phrase) => phrase.slice(1).join('')),
  ...known,
]
const word = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...secrets) },
  // Cut anywhere: most are secrets no more, and some still are.
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...secrets), fc.nat(60)).map(([secret, at]) => secret.slice(at)) },
  {
    weight: 6,
    arbitrary: fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\n', '😀', 'ı')),
  },
)
const said = fc.array(word, { maxLength: 6 }).map((words) => words.join(''))
const filler = fc.nat(40_000).map((length) => 'lorem "ipsum" '.repeat(3000).slice(0, length))
const text = fc.oneof(
  { weight: 9, arbitrary: said },
  { weight: 1, arbitrary: fc.tuple(filler, said).map((t) => t.join('')) },
)
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.double({ noNaN: true }),
    fc.constant(null),
    tie('list'),
    tie('record'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  record: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
})).value

test('what is not suspected by its JSON is what covering leaves as it is', () => {
  let passed = 0
  let covered = 0
  fc.assert(
    fc.property(anything, (given) => {
      const changed = value(given) !== given
      const suspected = mayChange(JSON.stringify(given))
      if (changed) covered += 1
      if (!suspected) passed += 1
      return suspected || !changed
    }),
    { numRuns: 3000 },
  )
  expect([covered > 300, passed > 300]).toEqual([true, true])
})

test.each(secrets)('%j is found wherever a text is cut into pieces', (secret) => {
  for (const length of [16_384, 16_383, 16_382, 16_381, 16_370, 32_766, 40_000]) {
    expect(mayChange(JSON.stringify('-'.repeat(length) + secret))).toBe(true)
  }
})

test('half a character of a known secret is found beside its other half', () => {
  const half = createRedactor(['12345678\ud83d'])
  const given = 'it is 12345678\ud83d\ude00'
  expect(half.value(given)).not.toBe(given)
  expect(half.mayChange(JSON.stringify(given))).toBe(true)
})

/** Looking around is what strings cannot be made from. */
const withoutLooking = (source: string) =>
  source.replaceAll(/\(\?<?[=!](?:\[[^\]]*\]|\\.|[^()[\\]|\([^()]*\))*\)/g, '').replaceAll(String.raw`\b`, '')

test.each(everyPattern.map((rule) => [String(rule.pattern), rule] as const))(
  '%s finds nothing without an anchor',
  (_, rule) => {
    const shape = new RegExp(`^(?:${withoutLooking(rule.pattern.source)})$`, rule.pattern.flags.replace(/[gi]/g, ''))
    fc.assert(
      fc.property(fc.stringMatching(shape, { size: 'small' }), (found) => {
        // What it looks around for may be missing.
        return found.search(rule.pattern) < 0 || mayHoldSecret(found)
      }),
      { numRuns: 200 },
    )
  },
)
