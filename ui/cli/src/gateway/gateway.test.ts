import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { problem, type Problem, type RejectionCode } from '@mosaic/contracts/http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exitCodes } from '../cli.ts'
import { findGateway } from './access.ts'
import { RefusedError } from './refusal.ts'

const refused = (code: RejectionCode, status: number, over: Partial<Problem> = {}) =>
  new RefusedError(problem.parse({ type: 'urn:x', title: code, status, code, detail: 'because', ...over }))

describe('a refusal', () => {
  test.each([
    ['VALIDATION_FAILED', 400, exitCodes.usage],
    ['MESSAGE_TOO_LARGE', 413, exitCodes.usage],
    ['UNAUTHENTICATED', 401, exitCodes.refused],
    ['SESSION_ENDED', 409, exitCodes.refused],
    ['REPOSITORY_NOT_FOUND', 422, exitCodes.refused],
    ['SESSION_NOT_FOUND', 404, exitCodes.notFound],
    ['ORCHESTRATOR_UNAVAILABLE', 503, exitCodes.notRunning],
    ['INTERNAL', 500, exitCodes.failed],
  ] as const)('%s ends with the exit code %i → %i', (code, status, exitCode) => {
    expect(refused(code, status).exitCode).toBe(exitCode)
  })

  test('of somebody who only looks says that it was asked for', () => {
    const { problem: forbidden, hint } = refused('FORBIDDEN', 403)
    expect([hint, new RefusedError(forbidden, true).hint]).toEqual([undefined, 'With --readonly you only look.'])
  })

  test('names code, reason and field, and every field in the hint', () => {
    const errors = [
      { field: 'task', message: 'is missing' },
      { field: 'branch', message: 'is odd' },
    ]
    const error = refused('VALIDATION_FAILED', 400, { field: 'task', errors })
    expect([error.message, error.hint]).toEqual([
      'VALIDATION_FAILED: because (task)',
      'task: is missing\nbranch: is odd',
    ])
  })
})

describe('the gateway', () => {
  let folder: string
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mosaic-cli-'))))
  afterEach(() => rmSync(folder, { recursive: true }))
  const run = { eventstore: 'e', nats: 'n', postgres: 'p', gateway: 'http://127.0.0.1:3000', orchestrator: 'o' }

  test('is found in the data folder, with its token', () => {
    writeFileSync(join(folder, 'run.json'), JSON.stringify(run))
    writeFileSync(join(folder, 'token'), 'mosaic_abc\n')
    expect(findGateway({ dataDir: folder, readonly: false }, {})).toEqual({
      url: 'http://127.0.0.1:3000',
      token: 'mosaic_abc',
    })
  })
  test('is another one when the environment names it', () => {
    const env = { MOSAIC_GATEWAY_URL: 'https://mosaic.example', MOSAIC_TOKEN: 'mosaic_xyz' }
    expect(findGateway({ dataDir: folder, readonly: false }, env)).toEqual({
      url: 'https://mosaic.example',
      token: 'mosaic_xyz',
    })
  })
  test("is shown the observer's token where a command may only look, also when the environment has another", () => {
    writeFileSync(join(folder, 'run.json'), JSON.stringify(run))
    const found = () => findGateway({ dataDir: folder, readonly: true }, { MOSAIC_TOKEN: 'mosaic_xyz' })
    expect(found).toThrow(expect.objectContaining({ exitCode: exitCodes.refused }))
    writeFileSync(join(folder, 'observer-token'), 'mosaic_obs\n')
    expect(found().token).toBe('mosaic_obs')
  })
  test('that does not run is exit code 3', () => {
    expect(() => findGateway({ dataDir: folder, readonly: false }, {})).toThrow(
      expect.objectContaining({ exitCode: exitCodes.notRunning }),
    )
  })
})
