import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { harmless, samples } from '../test/samples.ts'
import { createRedactor } from './redactor.ts'
import { coverBeginning, Seam } from './seam.ts'

const { text: redact } = createRedactor(['a-secret-of-this-installation-42'])
const secrets = [...samples.map(([, secret]) => secret), 'a-secret-of-this-installation-42']

/** As two events of a log have it. */
function inTwo(one: string, other: string): string[] {
  const seam = new Seam(redact)
  return [one, other].map((text) => coverBeginning(seam.covered(text)))
}

test('the second half of a secret that is cut over two texts is covered, and what stands around it is not', () => {
  const cut = fc
    .constantFrom(...secrets)
    .chain((secret) => fc.tuple(fc.constant(secret), fc.integer({ min: 1, max: secret.length - 1 })))
  fc.assert(
    fc.property(cut, ([secret, at]) => {
      const [first, second] = inTwo(`it is ${secret.slice(0, at)}`, `${secret.slice(at)} and then`)
      const half = secret.slice(at)
      // What is left of a mark, or of an end that says nothing, is no key.
      if (half.length >= 8) expect(second).not.toContain(half)
      expect(first).toMatch(/^it is/)
      expect(second).toMatch(/and then$/)
    }),
    { numRuns: 500 },
  )
})

test.each(
  samples.filter(
    ([kind]) => /key|token|secret/i.test(kind) && kind !== 'private key' && !/Azure|Slack webhook/.test(kind),
  ),
)('the first half of a %s is no more than its mark', (_, secret) => {
  const [first = ''] = inTwo(
    `it is ${secret.slice(0, Math.ceil(secret.length * 0.8))}`,
    secret.slice(Math.ceil(secret.length * 0.8)),
  )
  expect(first).toMatch(/^it is \[redacted: [^\]]+\]$/)
})

test('a private key that is cut in its middle is covered on both sides', () => {
  const key = samples.find(([kind]) => kind === 'private key')![1]
  const lines = key.split('\n')
  const [first, second] = inTwo(lines.slice(0, 6).join('\n'), `${lines.slice(6).join('\n')}\nand then`)
  expect([first, second]).toEqual(['[redacted: private key]', '[redacted: rest of a secret]\nand then'])
})

test.each(harmless)('%s is left alone at the end of a text, and at the beginning of the next', (given) => {
  expect(inTwo(given, given)).toEqual([given, given])
})

test.each(['I used sk-learn', 'see the file npm_config_2', 'task-3', 'version hf_transformers-4'])(
  '%s is no beginning',
  (given) => {
    expect(coverBeginning(given)).toBe(given)
  },
)

test('a text of many words was looked through once for each of them', () => {
  let looked = 0
  const seam = new Seam((given) => {
    looked += given.length
    return redact(given)
  })
  seam.covered('-----BEGIN RSA PRIVATE KEY-----')
  seam.covered(' a'.repeat(100_000))
  expect(looked).toBeLessThan(3_000_000)
})
