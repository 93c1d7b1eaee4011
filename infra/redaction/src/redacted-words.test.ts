import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { inPhrases, samples } from '../test/samples.ts'
import { RedactedWords } from './redacted-words.ts'
import { createRedactor } from './redactor.ts'

const { text } = createRedactor()

/** What comes out of a text that arrives in pieces of these sizes. */
function arrived(whole: string, sizes: readonly number[]): string {
  const words = new RedactedWords(text)
  let out = ''
  let at = 0
  for (let piece = 0; at < whole.length; piece++) {
    const size = sizes[piece % sizes.length]!
    out += words.push(whole.slice(at, at + size))
    at += size
  }
  return out + words.end()
}

const secrets = [...samples.map(([, secret]) => secret), ...inPhrases.map(([, ...parts]) => parts.join(''))]

test('a secret is covered wherever it is cut', () => {
  const word = fc.oneof(fc.constantFrom(...secrets), fc.constantFrom('and', 'then', 'the', '\n', 'is:'))
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), sizes, (words, cut) => {
      const whole = words.join(' ')
      expect(arrived(whole, cut)).toBe(text(whole))
    }),
    { numRuns: 300 },
  )
})

test('one in a text without white space is covered as well, and the text is given on before it ends', () => {
  const filler = '0123456789.'.repeat(3000)
  const whole = `${filler}"${secrets[0]!}"${filler}`
  expect(arrived(whole, [700])).toBe(text(whole))
  expect(new RedactedWords(text).push(filler).length).toBeGreaterThan(10_000)
})

test('words are given on soon', () => {
  const words = new RedactedWords(text)
  expect(words.push('one two three four five six seven')).toBe('one two three')
})

test.each(['ghp_', 'eyJ-', '-----BEGIN RSA PRIVATE KEY-----\n', 'sk-proj-a1-'])(
  'what looks like secrets without end was looked through anew with every piece: %j',
  (unit) => {
    let looked = 0
    const words = new RedactedWords((given) => {
      looked += given.length
      return text(given)
    })
    const whole = unit.repeat(Math.ceil(100_000 / unit.length))
    let out = ''
    for (let at = 0; at < whole.length; at += 20) out += words.push(whole.slice(at, at + 20))
    out += words.end()
    expect(looked).toBeLessThan(whole.length * 200)
    expect(out.length).toBeLessThan(whole.length * 1.5)
  },
)

test('a word that cannot be cut is covered to its end, and what follows it is given on', () => {
  const words = new RedactedWords(text)
  let out = words.push('see ')
  for (let n = 0; n < 20_000; n++) out += words.push('ghp_')
  out += words.push(`${secrets[0]!.slice(0, 20)}`)
  out += words.push(' and then the rest of it is said')
  out += words.end()
  expect(out).toMatch(/^see \[redacted.*\] and then the rest of it is said$/s)
  expect(out).not.toContain('ghp_ghp_')
})
