import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProblemError, UnreachableError } from '@mosaic/client'
import type { Problem } from '@mosaic/contracts/http'
import { afterAll, expect, test } from 'vitest'
import { orDirectly } from './stop.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'mosaic-stop-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

const here = { dataDir, readonly: false }
const problem = (status: number): Problem => ({ type: 'x', title: 'x', status, code: 'FORBIDDEN', detail: 'no' })
const directly = () => Promise.reject(new Error('nobody is to be asked'))

test('a stop that the gateway answers is its own', async () => {
  expect(await orDirectly(here, { ask: async () => 'done', directly }, {})).toBe('done')
})

test.each([
  ['that it refuses is refused', new ProblemError(problem(403)), here, {}],
  ['of an instance that does not run here has nobody else to ask', new UnreachableError('gone'), here, {}],
  ['of another machine’s is not asked here', new UnreachableError('gone'), here, { MOSAIC_GATEWAY_URL: 'http://x' }],
  ['is nothing that a reader may ask for', new ProblemError(problem(503)), { ...here, readonly: true }, {}],
])('a stop %s', async (_, error, of, env) => {
  await expect(orDirectly(of, { ask: () => Promise.reject(error), directly }, env)).rejects.toBe(error)
})
