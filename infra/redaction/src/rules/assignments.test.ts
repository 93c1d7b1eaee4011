import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { secretPatterns } from '../patterns.ts'
import { assignments, looksRandom } from './assignments.ts'
import { phrases } from './phrases.ts'

const byPlace = new Set([...assignments, ...phrases].map(({ name }) => name))

const root = join(import.meta.dirname, '../../../..')
const folders = '{contracts,docs,infra,projections,services,tests,ui}'

test('nothing in our own sources and docs is taken for a secret', () => {
  const files = globSync(`${folders}/**/*.{ts,tsx,md,yaml,json}`, {
    cwd: root,
    exclude: ['**/node_modules', '**/dist'],
  })
  const found = files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    return secretPatterns.flatMap(({ name, pattern, isSecret }) =>
      [...(byPlace.has(name) ? text.matchAll(pattern) : [])]
        .filter(({ 0: whole, groups }) => isSecret?.(whole.slice(groups?.['kept']?.length ?? 0)))
        .map(({ 0: whole }) => `${file}: ${whole}`),
    )
  })
  expect(found).toEqual([])
  expect(files.length).toBeGreaterThan(1000)
})

const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789']
test.each([
  ['letters and digits', letters, 24],
  ['hexadecimal digits', [...'0123456789abcdef'], 40],
  ['small letters and digits', letters.filter((letter) => /[a-z0-9]/.test(letter)), 28],
])('random %s are known as that, nearly always', (_, alphabet, length) => {
  const random = fc.array(fc.constantFrom(...alphabet), { minLength: length, maxLength: length })
  const texts = fc.sample(random, { numRuns: 500, seed: 42 }).map((parts) => parts.join(''))
  expect(texts.filter(looksRandom).length).toBeGreaterThan(460)
})

test.each([
  'correct-horse-battery-staple',
  '0190c0de-1234-7abc-8def-0123456789ab',
  'projects/42/secrets/db/versions/3',
  'your-token-0123456789',
  'createTokenForSession2',
  'https://login.example.com/oauth2/v2.0/token',
])('%s is no secret', (text) => expect(looksRandom(text)).toBe(false))
