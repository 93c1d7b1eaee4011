// The shipped scenarios that work on any repository, and the process itself.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ScenarioError, startScriptedModel, validateScenario } from '../src/index.ts'
import type { ScriptedModel } from '../src/index.ts'
import { playMission } from './mini-orchestrator.ts'
import type { Orders } from './mini-orchestrator.ts'
import { execute } from './worktree-tools.ts'

let server: ScriptedModel

beforeAll(async () => {
  server = await startScriptedModel({ speed: 100_000 })
})
afterAll(() => server.close())

async function playOn(files: Record<string, string>, name: string, orders: Orders = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'mosaic-shipped-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const repository = join(folder, 'repository')
  await mkdir(repository)
  await execute(folder, 'git', 'init', '--quiet', '--initial-branch=main', repository)
  for (const [path, content] of Object.entries(files)) await writeFile(join(repository, path), content)
  await execute(repository, 'git', 'add', '--all')
  await execute(
    repository,
    'git',
    '-c',
    'user.name=x',
    '-c',
    'user.email=x@y',
    'commit',
    '--quiet',
    '--message',
    'first',
  )
  const mission = await playMission({
    url: server.url,
    model: `scripted:${name}`,
    folder,
    repository,
    task: 'tidy up',
    agentType: 'worker',
    orders,
  })
  const show = (path: string) => execute(mission.repository, 'git', 'show', `${mission.lead.branch}:${path}`)
  return { session: mission.lead, show }
}

test('hello says hello', async () => {
  const { session } = await playOn({ a: 'x' }, 'hello')
  expect(session.status).toBe('completed')
})

test.each([
  ['with a README', { 'readme.txt': 'hi', b: 'x' }, 'README: readme.txt'],
  ['without one', { 'main.c': 'int main;' }, 'README: none found'],
])('commit-file works on a repository %s', async (_what, files, expected) => {
  const { session, show } = await playOn(files, 'commit-file', {
    operator: (_session, turn) => (turn === 2 ? ['say "hi" & go'] : []),
  })
  expect(session.status).toBe('completed')
  const notes = await show('MOSAIC_NOTES.md')
  expect(notes).toContain(expected)
  expect(notes).toContain('Task: tidy up')
  expect(notes).toContain('From the operator: say "hi" & go')
})

test('ask goes on with the answer, and with the default', async () => {
  const answered = await playOn({ a: 'x' }, 'ask', { answer: () => 'blue' })
  expect(await answered.show('DECISIONS.md')).toContain('shed: blue')
  const silent = await playOn({ a: 'x' }, 'ask')
  expect(await silent.show('DECISIONS.md')).toContain('shed: as it is')
})

test('long-runner stops when it is told to', async () => {
  const { session } = await playOn({ a: 'x' }, 'long-runner', {
    operator: () => ['that is enough'],
  })
  expect(session.status).toBe('completed')
})

test('flaky gets there in the end', async () => {
  const { session, show } = await playOn({ a: 'x' }, 'flaky')
  expect(session.status).toBe('completed')
  expect(await show('FLAKY.md')).toContain('Still here')
})

test('the example of the documentation can be played', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/scripted-model.md'), 'utf8')
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  expect(validateScenario(example, 'tidy.yaml').agents).toHaveLength(1)
  // The page shows what two mistakes look like.
  const broken = example.replace('- say:', '- sag:').replace("'fail [1-9]'", "'fail [1-9'")
  for (const reason of reasonsOf(broken)) expect(page).toContain(reason)
  expect(reasonsOf(broken)).toHaveLength(2)
})

function reasonsOf(text: string): string[] {
  try {
    validateScenario(text, 'tidy.yaml')
    return []
  } catch (error) {
    return error instanceof ScenarioError ? error.message.split('\n') : [String(error)]
  }
}

test('a process: bad configuration is named, SIGTERM is a clean stop, check tells good files from bad', async () => {
  const main = join(import.meta.dirname, '../src/main.ts')
  const start = (args: string[], env: Record<string, string>) => {
    const child = spawn(process.execPath, [main, ...args], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: 'pipe',
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    return { child, output: () => output, exit: once(child, 'exit').then(([code]) => code as number) }
  }
  const bad = start([], { MOSAIC_PORT: 'x', MOSAIC_SCRIPTED_SPEED: 'fast' })
  expect(await bad.exit).toBe(2)
  expect(bad.output()).toMatch(/MOSAIC_PORT[\s\S]*MOSAIC_SCRIPTED_SPEED/)

  const good = start([], { MOSAIC_PORT: '0' })
  await new Promise<void>((resolve) =>
    good.child.stdout.on('data', () => good.output().includes('"started"') && resolve()),
  )
  good.child.kill('SIGTERM')
  expect(await good.exit).toBe(0)

  const checked = start(['check', 'demo', 'nobody', './missing.yaml'], {})
  expect(await checked.exit).toBe(1)
  expect(checked.output()).toContain('demo: ok, scenario "demo" with 3 agents')
  expect(checked.output()).toContain('there is no scenario "nobody"')
  expect(checked.output()).toContain('./missing.yaml: there is no such file')
})
