import { stripVTControlCharacters } from 'node:util'
import type { MissionProgress } from '@mosaic/contracts/mission'
import type { ComparedAttempt, TaskView } from '@mosaic/contracts/task'
import { expect, test } from 'vitest'
import { missionDetails, taskDetails } from './task.ts'

const now = new Date('2026-01-02T03:10:00.000Z')
const by = { kind: 'operator', id: 'local', name: 'Ada' }
const attempt = (status: string) => ({ sessionId: 's', round: 1, status, summary: null, chosen: false })
const task = (...statuses: string[]) =>
  ({
    taskId: 't',
    missionId: 'm',
    title: 'Mend it',
    instructions: 'Mend it',
    plan: null,
    status: 'executing',
    attempts: statuses.map(attempt),
    notBefore: null,
    trouble: null,
    createdBy: by,
    createdAt: '2026-01-02T03:04:05.000Z',
  }) as unknown as TaskView
const shown = (of: TaskView, mission: string | null) => stripVTControlCharacters(taskDetails(of, [], { now, mission }))

test('a task whose attempts had all ended was said to execute', () => {
  expect(shown(task('completed', 'failed'), null)).toMatch(/^status +to be chosen {2}one of 1$/m)
  expect(shown(task('completed', 'executing'), null)).toMatch(/^status +executing$/m)
})

test('a task that was added alone named a mission that nobody had begun', () => {
  expect(shown(task(), null)).not.toMatch(/^mission/m)
  expect(shown(task(), 'm  Greetings')).toMatch(/^mission +m {2}Greetings$/m)
})

test('the budget of a mission was not shown', () => {
  const mission = {
    missionId: 'm',
    title: 'Greetings',
    status: 'running',
    objective: '',
    acceptance: [],
    tasks: [],
    progress: {},
    createdAt: '2026-01-02T03:04:05.000Z',
    createdBy: by,
  } as unknown as MissionProgress
  const details = (budget: string | null) => stripVTControlCharacters(missionDetails(mission, [], { now, budget }))
  expect(details('$1.00 of $20.00')).toMatch(/^budget +\$1.00 of \$20.00$/m)
  expect(details(null)).not.toMatch(/^budget/m)
})

test('a task did not say that its work stands in a pull request, nor what the checks of that say', () => {
  const pullRequest = {
    pullRequestId: 'p',
    number: 7,
    url: 'https://host.example/7',
    into: 'main',
    headCommit: 'c'.repeat(40),
    state: 'open',
    checks: { state: 'failed', failed: ['test'] },
    returned: { message: 'checks have failed: test', to: 'agent', times: 1 },
  }
  const unknown = { gates: null, diff: null, diffUnknown: null, commits: null, tokens: null, costUsd: null }
  const compared = [{ ...attempt('completed'), ...unknown, model: null, durationMs: null, branch: 'b', pullRequest }]
  const of = { ...task('completed'), attempts: compared } as unknown as TaskView
  const shownWith = taskDetails(of, compared as unknown as ComparedAttempt[], { now, mission: null })
  expect(stripVTControlCharacters(shownWith)).toContain(
    'pull request #7 into main, open at cccccccccccc, https://host.example/7\n  checks: failed: test\n  its agent was told (1): ',
  )
})
