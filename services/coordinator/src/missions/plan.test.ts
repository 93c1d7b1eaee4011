import { createMission, type CreateMissionInput } from '@mosaic/contracts/mission'
import { expect, test } from 'vitest'
import { plannedTasks } from './plan.ts'

type Task = {
  readonly key: string
  readonly dependsOn?: string[]
  readonly title?: string
  readonly instructions?: string
}
const planned = (tasks: readonly Task[], over: Partial<CreateMissionInput> = {}) =>
  plannedTasks(
    createMission.parse({
      title: 't',
      objective: 'o',
      tasks: tasks.map((task) => ({ instructions: 'do it', ...task })),
      ...over,
    }),
    (key) => `id of ${key}`,
  )
const needs = (result: ReturnType<typeof planned>) =>
  result.ok ? result.value.map(({ key, plan }) => [key, plan.dependsOn]) : result.error

test('keys become ids, and a task is called after its first line where it has no title', () => {
  const tasks = planned([
    { key: 'a', title: 'First' },
    { key: 'b', dependsOn: ['a'], instructions: '\n# Mend it\nwell' },
  ])
  if (!tasks.ok) throw new Error(tasks.error.message)
  expect(tasks.value).toMatchObject([
    { taskId: 'id of a', title: 'First' },
    { taskId: 'id of b', title: 'Mend it', plan: { dependsOn: ['id of a'] } },
  ])
})

test('in a sequence each waits for the one before it as well, once', () => {
  const tasks = [{ key: 'a' }, { key: 'b', dependsOn: ['a'] }, { key: 'c', dependsOn: ['a'] }]
  expect(needs(planned(tasks, { order: 'sequence' }))).toEqual([
    ['a', []],
    ['b', ['id of a']],
    ['c', ['id of a', 'id of b']],
  ])
})

test.each([
  ['two of one key', [{ key: 'a' }, { key: 'a' }], 'tasks.1.key', 'there are two tasks with the key a'],
  ['one that is not there', [{ key: 'a', dependsOn: ['x'] }], 'tasks.0.dependsOn.0', 'no task of that key'],
  ['itself', [{ key: 'a', dependsOn: ['a'] }], 'tasks.0.dependsOn', 'a → a'],
  [
    'each other, behind one that does not',
    [{ key: 'z' }, { key: 'a', dependsOn: ['c', 'z'] }, { key: 'b', dependsOn: ['a'] }, { key: 'c', dependsOn: ['b'] }],
    'tasks.1.dependsOn',
    'a → c → b → a',
  ],
  [
    'a circle, from outside of it',
    [
      { key: 'out', dependsOn: ['a'] },
      { key: 'a', dependsOn: ['b'] },
      { key: 'b', dependsOn: ['a'] },
    ],
    'tasks.1.dependsOn',
    'a → b → a',
  ],
])('tasks that wait for %s are refused, and it is said where', (_, tasks, field, message) => {
  expect(needs(planned(tasks))).toMatchObject({
    code: 'MISSION_INVALID',
    field,
    message: expect.stringContaining(message),
  })
})
