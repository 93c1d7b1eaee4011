import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createDemoRepository } from '../demo/create-repository.ts'
import { startScriptedModel } from '../src/index.ts'
import type { ScriptedModel } from '../src/index.ts'
import { playMission } from './mini-orchestrator.ts'
import type { Mission, Orders, Session } from './mini-orchestrator.ts'
import { execute } from './worktree-tools.ts'

const run = promisify(execFile)
let server: ScriptedModel

beforeAll(async () => {
  server = await startScriptedModel({ speed: 100_000 })
})
afterAll(() => server.close())

async function playDemo(orders: Orders = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'mosaic-demo-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const repository = join(folder, 'repository')
  await createDemoRepository(repository)
  const task = 'Get the library ready for its next release.'
  const mission = await playMission({
    url: server.url,
    model: 'scripted:demo',
    folder,
    repository,
    task,
    agentType: 'lead',
    orders,
  })
  const [, fixer, writer] = mission.sessions
  return { ...mission, fixer, writer }
}

/** Checks out the tip of a branch and runs its tests there. */
async function testsPass({ repository }: Mission, branch: string): Promise<boolean> {
  const place = await mkdtemp(join(tmpdir(), 'mosaic-tip-'))
  onTestFinished(() => rm(place, { recursive: true, force: true }))
  await run('git', ['clone', '--quiet', '--branch', branch, repository, place])
  return execute(place, 'node', '--test').then(
    () => true,
    () => false,
  )
}

async function commits({ repository }: Mission, session: Session | undefined): Promise<string[]> {
  const { stdout } = await run('git', ['-C', repository, 'log', '--format=%s', `main..${session?.branch}`])
  return stdout.split('\n').filter((line) => line !== '')
}

async function show({ repository }: Mission, session: Session | undefined, path: string): Promise<string> {
  const { stdout } = await run('git', ['-C', repository, 'show', `${session?.branch}:${path}`])
  return stdout
}

/** Whatever happened: a branch that somebody committed to has passing tests at its tip. */
async function expectSoundBranches(mission: Mission): Promise<void> {
  for (const session of mission.sessions) {
    if ((await commits(mission, session)).length === 0) continue
    expect(await testsPass(mission, session.branch), `${session.branch} (${session.task.slice(0, 30)})`).toBe(true)
  }
}

const isFixer = ({ task }: Session) => task.startsWith('Fix the failing test')
const isWriter = ({ task }: Session) => task.startsWith('Write the documentation')

test('the demo repository has exactly one failing test', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mosaic-demo-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  expect(await createDemoRepository(join(folder, 'r'))).toBe('created')
  expect(await createDemoRepository(join(folder, 'r'))).toBe('kept')
  const { stdout } = await run('node', ['--test', '--test-reporter=tap'], { cwd: join(folder, 'r') }).catch(
    (error: { stdout: string }) => error,
  )
  expect(stdout).toMatch(/^# fail 1$/m)
  expect(stdout).toContain("expected: '-229.51 EUR'")
  await expect(createDemoRepository(folder)).rejects.toThrow('not the demo repository')
})

test('left alone, everybody completes and the merged branch is green', async () => {
  const mission = await playDemo()
  const { lead, fixer, writer } = mission
  expect(mission.sessions.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed'])
  await expectSoundBranches(mission)
  expect((await commits(mission, fixer)).length).toBe(5 - 1)
  expect((await commits(mission, writer)).join('\n')).toContain('docs: how to use the library')
  expect(await show(mission, lead, 'docs/USAGE.md')).toContain('Written for: Developers who call the library.')
  expect(await show(mission, lead, 'test/credit-note-cancels.test.js')).toContain('every credit note')
  expect(lead.summary).toContain('green on the merged branch')
})

test('what the operator says is quoted, acted on and committed', async () => {
  const mission = await playDemo({
    operator: (session, turn) => {
      if (isFixer(session))
        return (
          {
            3: ['keep the diff small'],
            12: ['and very LARGE amounts?\nplease test'],
            15: ['Why did it fail?'],
            18: ['be nice'],
          }[turn] ?? []
        )
      if (isWriter(session)) return { 2: ['mention refunds'] }[turn] ?? []
      return turn === 3 ? ['take care of allocate'] : []
    },
    answer: () => 'Accountants who check the figures',
  })
  await expectSoundBranches(mission)
  expect(mission.sessions.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed'])
  const spoken = JSON.stringify(mission.fixer?.messages)
  expect(spoken).toContain('I hear you: “keep the diff small”')
  expect(spoken).toContain('You ask: “Why did it fail?”')
  expect(
    (await commits(mission, mission.fixer)).filter((line) => line.includes('what the operator asked for')),
  ).toHaveLength(3)
  expect(await show(mission, mission.lead, 'test/asked-2-large.test.js')).toContain(
    '// Asked for by ana: and very LARGE amounts? please test',
  )
  expect(await show(mission, mission.writer, 'docs/USAGE.md')).toContain(
    'Accountants who check the figures. mention refunds',
  )
  expect(await show(mission, mission.lead, 'docs/ROUNDING.md')).toContain('19 % of -19.99')
  expect(mission.lead.summary).toContain('take care of allocate')
})

test('a fixer that is killed before its commit is made up for', async () => {
  const mission = await playDemo({ kill: (session, turn) => isFixer(session) && turn === 4 })
  expect(mission.sessions.map(({ status }) => status)).toEqual(['completed', 'killed', 'completed'])
  await expectSoundBranches(mission)
  expect(await testsPass(mission, mission.lead.branch)).toBe(true)
})

test('with both workers killed the lead does it alone', async () => {
  const mission = await playDemo({ kill: (session, turn) => session.agentType === 'worker' && turn === 2 })
  expect(mission.sessions.map(({ status }) => status)).toEqual(['completed', 'killed', 'killed'])
  expect(await commits(mission, mission.lead)).toEqual(['fix: round negative amounts half to even, too'])
  await expectSoundBranches(mission)
})

test('with no workers to be had the lead does it alone', async () => {
  const mission = await playDemo({ refuseSpawn: true })
  expect(mission.sessions.map(({ status }) => status)).toEqual(['completed'])
  await expectSoundBranches(mission)
})

test('a fixer that is killed late leaves what it committed', async () => {
  const mission = await playDemo({ kill: (session, turn) => isFixer(session) && turn === 12 })
  expect(mission.fixer?.status).toBe('killed')
  expect((await commits(mission, mission.lead)).join('\n')).toContain('test: rounding mirrored around zero')
  await expectSoundBranches(mission)
})

test("the operator's last word is heard, and then everybody finishes all the same", async () => {
  const heard = new Set<string>()
  const mission = await playDemo({
    lastWord: ({ id }) => {
      if (heard.has(id)) return undefined
      heard.add(id)
      return 'one more thing'
    },
  })
  expect(mission.sessions.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed'])
  for (const { messages } of mission.sessions) expect(JSON.stringify(messages)).toContain('“one more thing”')
  await expectSoundBranches(mission)
})

test.each([0, 1, 2])('tools that a crash cuts off do not end in a broken branch (%i)', async (phase) => {
  // What the orchestrator repeats by itself after a crash is never cut off as far as the model can see.
  const cutOff = new Set(['shell', 'write_file', 'edit_file', 'merge_branch'])
  let calls = phase
  const mission = await playDemo({
    crash: (_session, tool) => {
      if (!cutOff.has(tool)) return undefined
      calls += 1
      return calls % 3 === 0 ? (calls % 2 === 0 ? 'before' : 'after') : undefined
    },
  })
  expect(mission.lead.status).toBe('completed')
  await expectSoundBranches(mission)
  expect(await testsPass(mission, mission.lead.branch)).toBe(true)
})
