import type { CheckAnswer, CheckRequest, GateResult } from '@mosaic/contracts/quality'
import { createLogger } from '@mosaic/runtime'
import { expect, test } from 'vitest'
import { Checks } from './checks.ts'
import { notReviewed, verdictOf } from './verdict.ts'
import { UndecidedError } from './orchestrators.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
const id = (digit: number) => `0190d1c8-0000-7000-8000-00000000000${digit}`
const request: CheckRequest = {
  checkId: id(1),
  sessionId: id(2),
  taskId: id(3),
  workspaceId: 'default',
  stage: 'pre-commit',
  profile: 'standard',
  commit: 'c',
  tree: 't',
  baseCommit: 'b',
  repository: '/r',
  baseBranch: 'main',
  settings: 'none',
}
const answer: CheckAnswer = { approved: true, gates: [] }

test('the same check is decided once, and so is another of the same question', async () => {
  let decided = 0
  const checks = new Checks(async () => {
    decided += 1
    return answer
  }, logger)
  expect(await Promise.all([checks.ask(request), checks.ask(request)])).toEqual([answer, answer])
  expect(await checks.ask({ ...request, checkId: id(4), stage: 'pre-push' })).toEqual(answer)
  expect(decided).toBe(1)
  await checks.ask({ ...request, tree: 'another' })
  await checks.ask({ ...request, profile: 'strict' })
  expect(decided).toBe(3)
})

test('what could not be decided is asked again', async () => {
  const outcomes = [Promise.reject(new UndecidedError('away')), Promise.resolve(answer)]
  outcomes[0]!.catch(() => undefined)
  const checks = new Checks(() => outcomes.shift()!, logger)
  await expect(checks.ask(request)).rejects.toThrow('away')
  expect(await checks.ask(request)).toEqual(answer)
})

const ran = (passed: boolean): GateResult => ({
  name: 'tests',
  kind: 'mechanical',
  passed,
  ran: true,
  details: [],
  durationMs: 1,
})
const broken: GateResult = { ...ran(false), ran: false, details: [{ output: 'the set-up failed' }] }

test.each([
  ['a reviewer that said nothing in time', [ran(true), notReviewed('has not said in time what it thinks')]],
  ['a set-up that failed', [broken, notReviewed('nobody was asked')]],
])('%s rejected a change for good', async (_, gates) => {
  const outcomes = [verdictOf(gates), answer]
  const checks = new Checks(async () => outcomes.shift()!, logger)
  expect(await checks.ask(request)).toEqual(verdictOf(gates))
  expect(await checks.ask({ ...request, checkId: id(4) })).toEqual(answer)
})

test('what a gate has against a change stands, whoever was not asked besides', async () => {
  const rejected = verdictOf([ran(false), notReviewed('tests failed')])
  const outcomes = [rejected, answer]
  const checks = new Checks(async () => outcomes.shift()!, logger)
  await checks.ask(request)
  expect(await checks.ask({ ...request, checkId: id(4) })).toEqual(rejected)
})
