import { attemptSpec } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { dueTasks, nextMoment, type QueueLimits, Room } from './next-tasks.ts'
import type { QueuedTask } from './queued-task.ts'

const now = new Date('2026-03-04T05:06:07.000Z')
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString()
const unlimited = { workspace: Infinity, mission: Infinity, runtime: Infinity, model: Infinity }

type Over = Partial<QueuedTask> & { readonly models?: (string | null)[] }
const task = (taskId: string, { models = [null], ...over }: Over = {}): QueuedTask => ({
  taskId,
  workspaceId: 'default',
  missionId: 'm',
  correlationId: 'm',
  status: 'pending',
  plan: { spawn: attemptSpec, models, priority: 5, dependsOn: [], notBefore: null, maxRetries: 0 },
  priority: 5,
  round: 0,
  since: minutesAgo(1),
  notBefore: null,
  ...over,
})
const next = (tasks: readonly QueuedTask[], over: Partial<Parameters<typeof dueTasks>[0]> = {}) =>
  dueTasks({ tasks, now, ageingMinutes: 10, isHeld: () => false, ...over })
const ids = (tasks: readonly QueuedTask[]) => tasks.map(({ taskId }) => taskId)
/** Those that there is room for, in their order. */
function admitted(tasks: readonly QueuedTask[], limits: Partial<QueueLimits>): string[] {
  const room = new Room(tasks, { ...unlimited, ...limits })
  return ids(next(tasks).filter((each) => room.admit(each)))
}

test('the highest priority goes first, equal ones by age', () => {
  const tasks = [
    task('low', { priority: 1 }),
    task('young'),
    task('old', { since: minutesAgo(2) }),
    task('high', { priority: 9 }),
  ]
  expect(ids(next(tasks))).toEqual(['high', 'old', 'young', 'low'])
})

test('a task of priority 1 that has waited long enough goes before a new one of priority 10: none waits for good', () => {
  const tasks = [
    task('new', { priority: 10, since: now.toISOString() }),
    task('starved', { priority: 1, since: minutesAgo(91) }),
  ]
  expect(ids(next(tasks))).toEqual(['starved', 'new'])
})

test('what waits for a moment, is held, or is on its way already does not go', () => {
  const later = new Date(now.getTime() + 1).toISOString()
  const tasks = [
    task('later', { notBefore: later }),
    task('due', { notBefore: now.toISOString() }),
    task('held', { missionId: 'paused' }),
    task('gone', { status: 'dispatched' }),
    task('at work', { status: 'active' }),
  ]
  expect(ids(next(tasks, { isHeld: ({ missionId }) => missionId === 'paused' }))).toEqual(['due'])
  expect(nextMoment(tasks, now)).toEqual(new Date(later))
})

test('nobody waits for a moment where nothing is pending', () => {
  const later = new Date(now.getTime() + 1).toISOString()
  expect(nextMoment([task('gone', { status: 'active', notBefore: later })], now)).toBeNull()
})

test('a task whose moment was past, and which could not go, had the queue looked at a hundred times a second', () => {
  const retried = task('retried', { notBefore: minutesAgo(3) })
  const due = task('due', { notBefore: now.toISOString() })
  expect(nextMoment([retried, due], now)).toBeNull()
  const later = new Date(now.getTime() + 5000).toISOString()
  expect(nextMoment([retried, task('later', { notBefore: later })], now)).toEqual(new Date(later))
})

test.each([
  ['workspace', { workspace: 2 }, task('other', { workspaceId: 'elsewhere' })],
  ['mission', { mission: 2 }, task('other', { missionId: 'another' })],
  ['model', { model: 2 }, task('other', { models: ['b'] })],
])('a limit per %s holds back what would go beyond it, and nothing else', (_, limit, other) => {
  const tasks = [
    task('at work', { status: 'active' }),
    task('first', { priority: 9 }),
    task('second', { priority: 8 }),
    other,
  ]
  expect(admitted(tasks, limit)).toEqual(['first', 'other'])
})

test('attempts side by side count each, and a task that alone goes beyond a limit goes alone', () => {
  const wide = task('wide', { models: ['a', 'a', 'a'] })
  expect(admitted([wide], { model: 2 })).toEqual(['wide'])
  expect(admitted([task('at work', { status: 'active', models: ['a'] }), wide], { model: 2 })).toEqual([])
})
