import type { NewEvent } from '@mosaic/event-store'
import { ada, asked, facts, id, kept } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { endAttempts } from './end-attempts.ts'

const [taskId, one, two, other] = [id(1), id(2), id(3), id(4)]
const spawned = (sessionId: string, of = taskId) => facts.spawned(sessionId, { taskId: of })
const dispatched: NewEvent = { type: 'TaskDispatched', data: { taskId, round: 1, attempts: 2 } }
const cancelled: NewEvent = { type: 'TaskCancelled', data: { taskId, reason: null } }
const chosen: NewEvent = { type: 'TaskAttemptChosen', data: { taskId, sessionId: one } }
const completed: NewEvent = { type: 'TaskCompleted', data: { taskId, sessionId: one, summary: 's' } }
const end = (sessionId: string, note: string) => ({
  to: 'agentSession',
  id: sessionId,
  command: { type: 'TerminateAgent', note, tree: true },
  key: sessionId,
  actor: ada,
})
const all = [dispatched, spawned(one), spawned(two), spawned(other, id(9))]

test('a task that is cancelled ends its agents that have not ended, and nobody else', () => {
  expect(asked(endAttempts, ...all, facts.completed(one), cancelled)).toEqual([end(two, 'its task is cancelled')])
})

test('a worker that was just beginning a cancelled task began an agent that nobody wanted: it is ended', () => {
  expect(asked(endAttempts, dispatched, cancelled, spawned(one))).toEqual([end(one, 'its task is cancelled')])
})

test('of several attempts those end that were not chosen', () => {
  expect(asked(endAttempts, ...all, chosen)).toEqual([end(two, 'another attempt was chosen')])
})

test('of every task that was dispatched and cancelled something was kept for ever', () => {
  const many = Array.from({ length: 1200 }, () => crypto.randomUUID()).flatMap((each): NewEvent[] => [
    { type: 'TaskDispatched', data: { taskId: each, round: 1, attempts: 1 } },
    { type: 'TaskCancelled', data: { taskId: each, reason: null } },
  ])
  const { dispatched: open, cancelled: left } = kept(endAttempts, ...many, dispatched, cancelled)
  expect([open, left.length, left.at(-1)]).toEqual([{}, 1000, taskId])
})

test('nothing is kept of what has ended', () => {
  const over = [facts.completed(one), facts.killed(two), facts.failed(other), completed]
  expect(kept(endAttempts, ...all, ...over)).toEqual({ tasks: {}, dispatched: {}, cancelled: [] })
})
