import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auditEntry } from '@mosaic/contracts/operator'
import { comparedAttempt, type ComparedAttempt, taskView } from '@mosaic/contracts/task'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { type Instance, startInstance } from './instance.ts'
import { commitFiles, createRepository, git } from './repositories.ts'

const names = ['small', 'broken', 'large'] as const
type Name = (typeof names)[number]

let instance: Instance
let repository: string
let taskId: string
const folder = mkdtempSync(join(tmpdir(), 'mosaic-attempts-'))
const modelOf = (name: string) => `scripted:${join(folder, `${name}.yaml`)}`

const shell = (command: string) => `      - call: { tool: shell, input: { command: '${command}' } }`
const commit = (message: string) => `      - call: { tool: commit, input: { message: ${message} } }`
const finish = (summary: string) => `      - call: { tool: finish, input: { summary: ${summary}, outcome: completed } }`

/** One adds a file; what the second one writes fails the tests; the third one brings a lint of its own, and more. */
const steps: Record<Name, string[]> = {
  small: [shell('echo one > small.txt'), commit('Add it'), finish('one file')],
  broken: [shell('echo x > forbidden'), commit('Break it'), shell('rm forbidden'), finish('it did not pass')],
  large: [
    shell(String.raw`seq 3 > large.txt && printf "lint:\n\ttrue\n" > Makefile`),
    commit('Add more'),
    shell('echo 4 >> large.txt && echo changed > README.md'),
    commit('Add the rest'),
    finish('three files'),
  ],
}
const scenarioOf = (name: string, of: readonly string[]) =>
  [`name: ${name}`, 'description: an attempt', 'agents:', '  - name: any', '    steps:', ...of].join('\n')

beforeAll(async () => {
  const facts = [
    { prefix: modelOf('small'), price: { input: 10, output: 10 } },
    { prefix: modelOf('large'), price: { input: 1000, output: 1000 } },
  ]
  for (const name of names) writeFileSync(join(folder, `${name}.yaml`), scenarioOf(name, steps[name]))
  instance = await startInstance({ demo: false, speed: 50, env: { MOSAIC_MODEL_FACTS: JSON.stringify(facts) } })
  repository = createRepository(instance.folder)
  commitFiles(repository, 'Tests', { 'package.json': JSON.stringify({ scripts: { test: 'test ! -e forbidden' } }) })
})
afterAll(async () => {
  await instance?.close()
  rmSync(folder, { recursive: true, force: true })
})

const shown = z.object({ ...taskView.shape, attempts: z.array(comparedAttempt) })
const show = async () => shown.parse(await instance.json('task', 'show', taskId))
const gatesOf = ({ gates }: ComparedAttempt) =>
  gates?.state === 'decided'
    ? [gates.approved, Object.fromEntries(gates.gates.map(({ name, result }) => [name, result]))]
    : gates?.state
const by = (attempts: readonly ComparedAttempt[], name: Name) =>
  attempts.find(({ model }) => model === modelOf(name)) as ComparedAttempt

it('compares three attempts at one task by gates, change, cost and time', async () => {
  const models = names.map(modelOf).join(',')
  const added = await instance.mosaic(
    'task',
    'add',
    'Add a file.',
    '--repo',
    repository,
    '--models',
    models,
    '--wait',
    '--json',
  )
  // Which one is taken has to be said.
  expect([added.code, added.stderr]).toEqual([1, ''])
  taskId = shown.parse(JSON.parse(added.stdout)).taskId
  const { attempts } = await show()
  expect(attempts).toHaveLength(3)
  const [small, broken, large] = names.map((name) => by(attempts, name)) as [
    ComparedAttempt,
    ComparedAttempt,
    ComparedAttempt,
  ]

  expect([small, broken, large].map(gatesOf)).toEqual([
    [true, expect.objectContaining({ tests: 'passed', lint: 'skipped' })],
    [false, expect.objectContaining({ tests: 'failed', lint: 'skipped' })],
    [true, expect.objectContaining({ tests: 'passed', lint: 'passed' })],
  ])
  const changes = [small, broken, large].map(({ diff, commits }) => [
    commits,
    diff?.files.map(({ path }) => path),
    diff?.insertions,
    diff?.deletions,
  ])
  expect(changes).toEqual([
    [1, ['small.txt'], 1, 0],
    [0, [], 0, 0],
    [2, ['Makefile', 'README.md', 'large.txt'], 7, 1],
  ])
  expect(new Set([small, broken, large].map(({ branch }) => branch)).size).toBe(3)
  expect(broken.costUsd).toBe(0)
  expect(small.costUsd).toBeGreaterThan(0)
  expect(large.costUsd! / large.tokens!).toBeCloseTo((100 * small.costUsd!) / small.tokens!)
  for (const { durationMs, tokens } of attempts) expect([durationMs! > 0, tokens! > 0]).toEqual([true, true])

  const { stdout } = await instance.mosaic('task', 'show', taskId)
  for (const row of [/lint +skipped|lint +passed/, /commits +\d +\d +\d/, /\+7 −1/, /cost +\$/])
    expect(stdout).toMatch(row)
  expect(stdout).toContain(`mosaic task choose ${taskId}`)
})

it('lands the one that is chosen', async () => {
  const chosen = by((await show()).attempts, 'large')
  const early = await instance.mosaic('work', 'land', taskId, '--yes')
  expect([early.code, early.stderr]).toEqual([4, expect.stringContaining('mosaic task choose')])
  await instance.json('task', 'choose', taskId, chosen.sessionId)
  await instance.json('work', 'land', taskId, '--yes')
  expect(git(repository, 'show', 'main:large.txt')).toBe('1\n2\n3\n4')
  expect(git(repository, 'ls-tree', '--name-only', 'main', 'small.txt')).toBe('')
  const { status, attempts } = await show()
  expect([status, attempts.filter((each) => each.chosen).map(({ sessionId }) => sessionId)]).toEqual([
    'completed',
    [chosen.sessionId],
  ])
  // What has landed is still shown as it was made.
  const landed = by(attempts, 'large')
  expect(landed.diff).toMatchObject({ isMerged: true, insertions: 7, deletions: 1 })
})

it('tells in the audit list who has let changes pass unseen, and why', async () => {
  const add = ['task', 'add', 'Break it.', '--repo', repository, '--model', modelOf('broken'), '--yolo', '--wait']
  const task = shown.parse(await instance.json(...add))
  expect(task.attempts.map(({ gates }) => gates)).toEqual([{ state: 'skipped', by: 'session' }])
  const list = await instance.json('audit', 'list', '--action', 'QualityGatesSkipped')
  const { items } = z.object({ items: z.array(auditEntry) }).parse(list)
  const [{ sessionId }] = task.attempts as [ComparedAttempt]
  expect(items.length).toBeGreaterThan(0)
  for (const item of items) {
    expect(item).toMatchObject({
      operatorId: 'local',
      sessionId,
      preview: expect.stringContaining(`said of this agent, task ${task.taskId}`),
    })
  }
})
