import { agentSessionStream, type SessionView } from '@mosaic/contracts/agent-session'
import { err, foldEvents, isHandled, ok } from '@mosaic/contracts/kernel'
import type { AttemptView } from '@mosaic/contracts/task'
import { everySessionEvent, testLog } from '@mosaic/kit'
import { noUsage, sessionView } from '@mosaic/views'
import { expect, test } from 'vitest'
import { compared, gatesOf } from './compare.ts'

const sessionId = '0190d1c8-0000-7000-8000-000000000001'
const attempt: AttemptView = { sessionId, round: 1, status: 'completed', summary: 'done', chosen: false }
const now = new Date('2026-03-04T05:06:07.000Z')
const work = testLog().add(agentSessionStream.of(sessionId), everySessionEvent(sessionId))
const [lived] = foldEvents(
  sessionView,
  work.filter((event) => isHandled(sessionView, event)),
) as [SessionView]
const spent = { ...noUsage, inputTokens: 10, outputTokens: 5, cacheReadTokens: 3, costUsd: 0.5 }
const look = {
  sessionId,
  repository: '/r',
  branch: 'b',
  base: 'main',
  commit: 'c',
  baseCommit: 'd',
  ahead: 1,
  behind: 0,
  isMerged: false,
  conflicts: ['a.txt'],
  files: [
    { path: 'a.txt', insertions: 3, deletions: 1 },
    { path: 'b.png', insertions: null, deletions: null },
  ],
  moreFiles: 2,
  commits: [],
}
const of = (session: Partial<SessionView>, usage = spent) => ({ session: { ...lived, ...session }, spent: usage })

test('an attempt shows its change in lines, what it has cost, and how long it took', () => {
  const times = { startedAt: '2026-03-04T05:00:00.000Z', endedAt: '2026-03-04T05:01:00.000Z' }
  const found = of({ commits: 2, ...times })
  expect(compared(attempt, found, { looked: ok(look), now })).toMatchObject({
    commits: 2,
    diff: { insertions: 3, deletions: 1, moreFiles: 2, conflicts: ['a.txt'] },
    diffUnknown: null,
    tokens: 18,
    costUsd: 0.5,
    durationMs: 60_000,
  })
  expect(compared(attempt, of({ ...times, endedAt: null }), { looked: ok(look), now }).durationMs).toBe(367_000)
  expect(compared(attempt, of({ startedAt: null }), { looked: ok(look), now }).durationMs).toBeNull()
})

test('what is not known is unknown, never nothing', () => {
  const gone = err({ code: 'BRANCH_NOT_FOUND', message: 'it is gone' } as const)
  const usage = { ...spent, uncountedCalls: 1, unpricedCalls: 2 }
  const there = compared(attempt, of({ commits: 1 }, usage), { looked: gone, now })
  expect(there).toMatchObject({ tokens: null, costUsd: null, diff: null, diffUnknown: 'it is gone' })
  const { tokens, costUsd, diff, gates } = compared(attempt, undefined, { looked: undefined, now })
  expect([tokens, costUsd, diff, gates]).toEqual([null, null, null, null])
})

test('an attempt that has committed nothing changes nothing, and git is not asked', () => {
  const { diff, diffUnknown } = compared(attempt, of({ commits: 0 }), { looked: undefined, now })
  expect([diff?.files, diff?.insertions, diffUnknown]).toEqual([[], 0, null])
})

const check: NonNullable<SessionView['check']> = {
  stage: 'pre-commit',
  profile: 'standard',
  commit: 'c',
  approved: false,
  gates: [
    { name: 'lint', kind: 'mechanical', passed: true, ran: false },
    { name: 'tests', kind: 'mechanical', passed: false, ran: true },
    { name: 'build', kind: 'mechanical', passed: true, ran: true },
  ],
  blocked: null,
  at: '2026-03-04T05:00:00.000Z',
}

test('each gate has passed, failed, or was skipped; and nothing looked at is told as none', () => {
  const gates = [
    { name: 'lint', kind: 'mechanical', result: 'skipped' },
    { name: 'tests', kind: 'mechanical', result: 'failed' },
    { name: 'build', kind: 'mechanical', result: 'passed' },
  ]
  const decided = { state: 'decided', profile: 'standard', approved: false, blocked: null, gates }
  expect(gatesOf({ check, gatesSkipped: null })).toEqual(decided)
  expect(gatesOf({ check: { ...check, approved: null }, gatesSkipped: null })).toEqual({
    state: 'open',
    profile: 'standard',
  })
  const gatesSkipped = { stage: 'pre-push', commit: 'c', by: 'instance', at: check.at } as const
  expect(gatesOf({ check, gatesSkipped })).toEqual({ state: 'skipped', by: 'instance' })
  expect(gatesOf({ check: null, gatesSkipped: null })).toEqual({ state: 'none' })
})
