import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { AgentSessionEventOf, AgentSessionEventType } from '@mosaic/contracts/agent-session'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashOf } from '../repositories/index.ts'
import { type Client, Harness } from '../../test/harness.ts'
import { finish, scenario, shell, type Step } from '../../test/scenario.ts'
import { TestRepository } from '../../test/user-repository.ts'

let harness: Harness
let client: Client
beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator({ MOSAIC_GATES_PATIENCE_SECONDS: '1' })
})
afterAll(() => harness.close())

const commit = (message = 'work'): Step => ({ call: { tool: 'commit', input: { message } } })
const write = (path: string, content: string): Step => ({ call: { tool: 'write_file', input: { path, content } } })

const sum = 'exports.sum = (a, b) => a + b\n'
const broken = 'exports.sum = (a, b) => a - b\n'
const project = {
  'package.json': JSON.stringify({ scripts: { test: 'node sum.test.js', lint: 'node lint.js' } }),
  'sum.js': sum,
  'sum.test.js': "require('node:assert').equal(require('./sum.js').sum(2, 2), 4)\n",
  'lint.js': '',
  '.gitignore': 'node_modules\n',
}

async function ran(steps: readonly Step[], repository: TestRepository, more: object = {}) {
  const body = { repository: repository.path, task: 'x', model: scenario([...steps, finish()]), ...more }
  const sessionId = await client.spawn(body)
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const events = await harness.events(sessionId)
  const of = <Type extends AgentSessionEventType>(type: Type) =>
    events.flatMap((event) => (event.type === type ? [event.data as AgentSessionEventOf<Type>['data']] : []))
  return {
    sessionId,
    checks: of('QualityCheckCompleted'),
    commits: of('CommitRecorded'),
    tools: of('ToolCompleted'),
    of,
  }
}

test('a change that breaks a test is rejected with file and line, and goes out once it is repaired', async () => {
  using repository = new TestRepository(project)
  const steps = [
    write('sum.js', broken),
    commit(),
    shell('git log --oneline | wc -l'),
    write('sum.js', `${sum}// same\n`),
    commit(),
  ]
  const { checks, commits, tools, of } = await ran(steps, repository)
  expect(checks.map(({ approved }) => approved)).toEqual([false, true])
  expect(checks[0]).toMatchObject({ stage: 'pre-commit', profile: 'standard', blocked: null })
  expect(checks[0]!.gates.map(({ name, passed, ran: hasRun }) => [name, passed, hasRun])).toEqual([
    ['lint', true, true],
    ['tests', false, true],
    ['agent-share', true, true],
  ])
  expect(checks[0]!.gates[1]!.details).toContainEqual(expect.objectContaining({ file: 'sum.test.js', line: 1 }))
  const refusal = tools[1]!
  expect(refusal.isError).toBe(true)
  expect(refusal.output).toMatch(/^GATES_REJECTED: tests failed:\nsum\.test\.js:1: /)
  expect(tools[2]!.output.trim()).toBe('1')
  expect(commits).toHaveLength(1)
  expect(commits[0]!.push).toMatchObject({ state: 'pushed' })
  expect(repository.git('show', `${commits[0]!.branch}:sum.js`)).toContain('// same')
  // What has passed before the commit is not looked at again before it goes out.
  expect(of('QualityCheckRequested')).toHaveLength(2)
})

test('a repository that states nothing has nothing to run, which is said and not told as passed', async () => {
  using repository = new TestRepository()
  const { checks, commits } = await ran([write('a', '1\n'), commit()], repository)
  expect(commits).toHaveLength(1)
  expect(checks[0]!.gates.filter(({ name }) => name !== 'agent-share')).toMatchObject([
    { name: 'lint', passed: true, ran: false, details: [{ output: 'nothing to run: the repository states no lint' }] },
    { name: 'tests', passed: true, ran: false },
  ])
})

test('an agent cannot edit its own gates away, nor pass with what only its worktree holds', async () => {
  using repository = new TestRepository({
    ...project,
    'sum.test.js': "require('node:assert').equal(require('sums'), 4)\n",
  })
  const scripts = { scripts: { test: 'true', lint: 'true' } }
  const steps = [
    shell('mkdir -p node_modules/sums && echo "module.exports = 4" > node_modules/sums/index.js && npm test'),
    write('package.json', JSON.stringify(scripts)),
    write('mosaic.yaml', 'gates: { tests: none, lint: none }\n'),
    commit(),
  ]
  const { checks, commits, tools } = await ran(steps, repository)
  expect(tools[0]).toMatchObject({ isError: false })
  expect(commits).toEqual([])
  expect(checks[0]!.gates.find(({ name }) => name === 'tests')).toMatchObject({ passed: false, ran: true })
})

test('dependencies come from what setup has kept, never from the agent; where their inputs change, setup runs again', async () => {
  const settings = `
setup:
  - name: packages
    run: mkdir -p deps && cp lock deps/lock && date +%N > deps/made
    inputs: [lock]
    outputs: [deps]
gates:
  tests: cmp lock deps/lock && cat deps/made >&2 && test ! -e broken
`
  using repository = new TestRepository({ 'mosaic.yaml': settings, lock: 'one\n', '.gitignore': 'deps\n' })
  const approval = { repository: repository.path, hash: hashOf(settings) }
  expect(await client.post('/repositories/approve', approval)).toMatchObject({ status: 202 })
  const steps = [
    shell('cat deps/made'),
    shell('echo spoilt > deps/lock'),
    write('broken', ''),
    commit(),
    write('lock', 'two\n'),
    commit(),
    shell('rm broken'),
    commit(),
  ]
  const { checks, commits, tools } = await ran(steps, repository, { gates: 'minimal' })
  const saidOf = (at: number) => checks[at]!.gates.find(({ name }) => name === 'tests')!.details.at(-1)!.output
  const made = tools[0]!.output.trim()
  expect(checks.map(({ approved }) => approved)).toEqual([false, false, true])
  expect(saidOf(0)).toContain(made)
  expect(saidOf(1)).not.toContain(made)
  expect(commits).toHaveLength(1)
})

test('a merge passes the gates as a commit does', async () => {
  using repository = new TestRepository(project)
  repository.git('checkout', '--quiet', '-b', 'other')
  repository.commit('breaks it', { 'sum.js': broken })
  repository.git('checkout', '--quiet', 'main')
  const merge = { call: { tool: 'merge_branch', input: { branch: 'other' } } }
  const { checks, tools, sessionId } = await ran([merge, shell('cat sum.js')], repository)
  expect(checks).toMatchObject([{ approved: false }])
  expect(tools[0]).toMatchObject({ isError: true, output: expect.stringContaining('GATES_REJECTED') })
  expect(tools[1]!.output).toBe(sum.trim())
  expect(await harness.types(sessionId)).not.toContain('CommitRecorded')
})

test('what targets of a Makefile call is the base’s as well, also below and under another name', async () => {
  const found = { Makefile: 'test:\n\t$(MAKE) unit\nunit:\n\t$(MAKE) -C lib check\n' }
  using repository = new TestRepository({ ...found, 'lib/Makefile': 'check:\n\ttest ! -e ../forbidden\n' })
  const away = 'all unit check test:\n\ttrue\n'
  const edited = ['Makefile', 'GNUmakefile', 'lib/Makefile', 'lib/GNUmakefile'].map((path) => write(path, away))
  const { checks, commits } = await ran(
    [...edited, write('forbidden', 'x\n'), commit(), shell('rm forbidden'), commit()],
    repository,
    { gates: 'minimal' },
  )
  expect(checks.map(({ approved }) => approved)).toEqual([false, true])
  expect(commits).toHaveLength(1)
})

test('while the coordinator is away nothing is waved through: it is blocked, and the changes stay', async () => {
  using repository = new TestRepository(project)
  await harness.coordinator.stop()
  try {
    const { checks, commits, tools, of } = await ran([write('a', '1\n'), commit()], repository)
    expect(commits).toEqual([])
    expect(checks).toMatchObject([{ approved: false, gates: [], blocked: 'the coordinator cannot be reached' }])
    expect(tools[1]).toMatchObject({ isError: true, output: expect.stringMatching(/^GATES_BLOCKED: /) })
    expect(of('UncommittedWorkKept')).toHaveLength(1)
  } finally {
    await harness.coordinator.restart()
  }
})

test('with YOLO nothing is looked at, and each time stands in the log', async () => {
  using repository = new TestRepository(project)
  const { checks, commits, of } = await ran([write('sum.js', broken), commit()], repository, { yolo: true })
  expect(checks).toEqual([])
  expect(commits).toMatchObject([{ push: { state: 'pushed' } }])
  const { commit: id } = commits[0]!
  expect(of('QualityGatesSkipped')).toMatchObject([
    { stage: 'pre-commit', commit: id, by: 'session', saidBy: { kind: 'operator' } },
    { stage: 'pre-push', commit: id, by: 'session' },
  ])
})

test('a kill ends the gates that run for the session, before it is told as killed', async () => {
  const mark = `a-gate-of-${randomUUID()}`
  const scripts = { test: `node -e "setInterval(() => 0, 1000)" ${mark}` }
  using repository = new TestRepository({ ...project, 'package.json': JSON.stringify({ scripts }) })
  const model = scenario([write('a', '1\n'), commit(), finish()])
  const sessionId = await client.spawn({ repository: repository.path, task: 'x', model, gates: 'minimal' })
  await eventually('the gate runs', () => processesNamed(mark) > 0)
  expect((await client.post(`/agents/${sessionId}/kill`)).status).toBe(202)
  await harness.reached(sessionId, 'AgentKilled')
  expect(processesNamed(mark)).toBe(0)
  await harness.reached(sessionId, 'AgentResourcesReleased')
  expect(await harness.types(sessionId)).not.toContain('QualityCheckCompleted')
})

/** How many processes of this machine have it among their arguments. */
function processesNamed(mark: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark)
    } catch {
      return false
    }
  }).length
}
