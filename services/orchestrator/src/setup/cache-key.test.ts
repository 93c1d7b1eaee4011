import { repositorySettings } from '@mosaic/contracts/repository'
import { expect, test } from 'vitest'
import { cacheKeys } from './cache-key.ts'

const ground = { sandbox: 'bubblewrap', image: undefined, toolchains: [] }
const file = (path: string, blob: string) => ({ path, blob, mode: '100644', bytes: 1 })
const files = [file('app/lock', 'a'), file('app/src/x', 'b'), file('other', 'c')]
const settings = (more: object = {}) =>
  repositorySettings.parse({
    workdir: 'app',
    setup: [
      { name: 'one', run: 'make one', inputs: ['lock'], outputs: ['out'] },
      { name: 'two', run: 'make two', inputs: ['src'], outputs: ['two'] },
    ],
    ...more,
  })
const keys = cacheKeys(settings(), files, ground)

test('the same commands on the same inputs have the same keys, whatever else is in the commit', () => {
  expect(cacheKeys(settings(), [...files, file('new', 'd')], ground)).toEqual(keys)
  expect(new Set(keys).size).toBe(2)
})

test('a changed input is another result of its step and of those after it', () => {
  const changed = cacheKeys(settings(), [file('app/lock', 'a'), file('app/src/x', 'changed')], ground)
  expect(changed[0]).toBe(keys[0])
  expect(changed[1]).not.toBe(keys[1])
  const earlier = cacheKeys(settings(), [file('app/lock', 'changed'), file('app/src/x', 'b')], ground)
  expect(earlier.map((key, index) => key === keys[index])).toEqual([false, false])
})

test.each([
  ['another sandbox', settings(), { ...ground, sandbox: 'docker' }],
  ['another image', settings(), { ...ground, image: 'node:24' }],
  ['another toolchain', settings(), { ...ground, toolchains: ['nvm:v22'] }],
  ['another environment', settings({ environment: { A: '1' } }), ground],
])('%s makes another result', (_, given, where) => {
  expect(cacheKeys(given, files, where)[0]).not.toBe(keys[0])
})
