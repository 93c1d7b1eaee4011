import { expect, test } from 'vitest'
import { packageVersion } from './package-version.ts'

test('finds the package.json above a module', () => {
  expect(packageVersion(import.meta.url)).toMatch(/^\d+\.\d+\.\d+/)
})

test('says so when there is none', () => {
  expect(() => packageVersion('file:///nowhere/at/all.ts')).toThrow('No package.json')
})
