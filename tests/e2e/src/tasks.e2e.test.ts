import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { missionProgress } from '@mosaic/contracts/mission'
import { queueStats, taskView } from '@mosaic/contracts/task'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { type Instance, startInstance } from './instance.ts'
import { createRepository, git } from './repositories.ts'

let instance: Instance
let repository: string
let missionId: string

const page = z.object({ items: z.array(taskView) })

/** Each agent leaves a note of its own and commits it. */
const scenario = `
name: leave-a-note
description: leaves a note under a name of its own
agents:
  - name: any
    steps:
      - call: { tool: shell, input: { command: 'name=$(cat /proc/sys/kernel/random/uuid); echo "$name" > "note-$name.txt"' } }
      - call: { tool: commit, input: { message: Leave a note } }
      - call: { tool: finish, input: { summary: a note is left, outcome: completed } }
`

beforeAll(async () => {
  instance = await startInstance({ demo: false, speed: 50 })
  repository = createRepository(instance.folder)
  writeFileSync(join(instance.folder, 'scenario.yaml'), scenario)
})
afterAll(() => instance?.close())

const mission = (...tasks: readonly string[]) => `
title: Five notes
objective: Five notes stand in the repository.
defaults:
  repository: ${repository}
  model: scripted:${join(instance.folder, 'scenario.yaml')}
tasks:
${tasks.join('\n')}
`
const task = (key: string, rest = '') => `  - { key: ${key}, instructions: Leave note ${key}.${rest} }`
const write = (name: string, text: string): string => {
  const path = join(instance.folder, name)
  writeFileSync(path, text)
  return path
}
const tasksOf = async () => page.parse(await instance.json('task', 'list', '--mission', missionId)).items.toReversed()

it('refuses a mission file with its line and field, and begins nothing', async () => {
  const wrong = write('wrong.yaml', mission(task('a'), task('b', ', priority: 11')))
  const refused = await instance.mosaic('mission', 'new', '--file', wrong)
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('wrong.yaml:9: tasks.1.priority: ')])
  const circle = write('circle.yaml', mission(task('a', ', dependsOn: [b]'), task('b', ', dependsOn: [a]')))
  const round = await instance.mosaic('mission', 'new', '--file', circle)
  expect([round.code, round.stderr]).toEqual([4, expect.stringContaining('tasks wait for each other: a → b → a')])
  const nowhere = write('nowhere.yaml', mission(task('a', ', branch: nowhere')))
  const refusedBranch = await instance.mosaic('mission', 'new', '--file', nowhere)
  expect([refusedBranch.code, refusedBranch.stderr]).toEqual([4, expect.stringContaining('BRANCH_NOT_FOUND')])
  expect(await instance.json('mission', 'list')).toMatchObject({ items: [] })
})

it('runs five tasks that depend on each other, each once, in their order', async () => {
  const file = write(
    'mission.yaml',
    mission(
      task('a'),
      task('b', ', dependsOn: [a]'),
      task('c', ', dependsOn: [a], priority: 9'),
      task('d', ', dependsOn: [b, c]'),
      task('e', ', dependsOn: [d]'),
    ),
  )
  missionId = z.object({ missionId: z.string() }).parse(await instance.json('mission', 'new', '--file', file)).missionId
  await eventually(
    'the mission to end',
    async () => {
      const { items } = z
        .object({ items: z.array(missionProgress) })
        .parse(await instance.request('GET', '/api/missions'))
      return items[0]?.status === 'completed'
    },
    120_000,
  )
  const tasks = await tasksOf()
  expect(tasks.map(({ externalKey, status, attempts }) => [externalKey, status, attempts.length])).toEqual(
    ['a', 'b', 'c', 'd', 'e'].map((key) => [key, 'completed', 1]),
  )
  const [a, b, c, d, e] = tasks
  for (const [before, after] of [
    [a, b],
    [a, c],
    [b, d],
    [c, d],
    [d, e],
  ]) {
    expect(after!.dispatchedAt! >= before!.endedAt!).toBe(true)
  }
})

it('lands their commits on main, by the command line alone', async () => {
  const preview = await instance.mosaic('work', 'land', 'Five notes', '--dry-run')
  expect(preview.stdout.match(/^diff --git/gm)).toHaveLength(5)
  await instance.json('work', 'land', 'Five notes', '--yes')
  expect(git(repository, 'branch', '--show-current')).toBe('main')
  expect(readdirSync(repository).filter((name) => name.startsWith('note-'))).toHaveLength(5)
  expect(Number(git(repository, 'rev-list', '--count', '--no-merges', 'main'))).toBe(6)
  expect(git(repository, 'status', '--short')).toBe('')
})

it('counts them, and says of a task what a person would ask', async () => {
  expect(queueStats.parse(await instance.json('queue', 'stats'))).toMatchObject({ pending: 0, active: 0, completed: 5 })
  const shown = await instance.mosaic('mission', 'show', 'Five notes')
  expect(shown.stdout).toContain('5 completed of 5')
  const [first] = await tasksOf()
  const one = await instance.mosaic('task', 'show', first!.taskId.slice(0, 8))
  expect(one.stdout).toContain('a note is left')
})

it('holds a paused queue, and lets a task go when it is resumed', async () => {
  await instance.json('queue', 'pause', '--reason', 'lunch')
  const added = ['task', 'add', 'Leave one more.', '--repo', repository, '--model', 'scripted:hello', '--key', 'G-1']
  await instance.json(...added)
  expect(queueStats.parse(await instance.json('queue', 'stats'))).toMatchObject({
    pending: 1,
    paused: { reason: 'lunch' },
  })
  await instance.json('queue', 'resume')
  await eventually(
    'it to be over',
    async () => taskView.parse(await instance.json('task', 'show', 'G-1')).endedAt !== null,
    60_000,
  )
})

it('every read model equals one rebuilt from the log', async () => {
  const verified = await instance.verifyAll()
  expect(verified.map(({ equal }) => equal)).toEqual(verified.map(() => true))
  for (const name of ['tasks', 'missions', 'queue']) {
    expect(verified.find((model) => model.name === name)?.rows).toBeGreaterThan(0)
  }
})
