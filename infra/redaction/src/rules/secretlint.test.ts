import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { creator } from '@secretlint/secretlint-rule-preset-recommend'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRedactor } from '../redactor.ts'
import { secretlint, source } from './secretlint.ts'

const main = createRequire(import.meta.url).resolve(source.name)
const code = readFileSync(main, 'utf8')
/** The shape that all its token rules have in common. */
const patterns = [...code.matchAll(/\/\(\?<!\\p\{L\}\)([^\n]*?)\/gu/g)].map(([literal, body]) => ({
  literal,
  body: body!,
}))

test('the patterns are those of the package in the lockfile, and so is the version', () => {
  const manifest = JSON.parse(readFileSync(join(dirname(main), '../package.json'), 'utf8')) as { version: string }
  expect([source.name, source.version]).toEqual([creator.meta.id, manifest.version])
  expect(secretlint.map(({ pattern }) => String(pattern))).toEqual(patterns.map(({ literal }) => literal))
})

test.each(patterns)('whatever $literal finds is covered', ({ body }) => {
  // Looking around is what strings cannot be made from.
  const shape = new RegExp(`^${body.replace(/\(\?!\[?[^)]*\]?\)$/, '')}$`)
  fc.assert(
    fc.property(fc.stringMatching(shape), (token) => {
      expect(createRedactor().text(`a ${token} b`)).not.toContain(token)
    }),
    { numRuns: 20 },
  )
})
