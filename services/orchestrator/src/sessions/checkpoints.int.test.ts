import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, type ServiceProcess, startService } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell, type Step } from '../../test/scenario.ts'

let harness: Harness
let service: ServiceProcess
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  await start()
})
afterAll(async () => {
  await service.stop()
  await harness.close()
})

async function start(environment: Record<string, string> = {}) {
  service = await startService('services/orchestrator', { ...harness.environment, ...environment })
  client = new Client(service.url, () => service.stop())
}

const write: Step = { call: { tool: 'write_file', input: { path: 'notes.txt', content: 'half a thought\n' } } }
const commit = (message: string): Step => ({ call: { tool: 'commit', input: { message } } })
const wait: Step = shell('echo begun > begun; sleep 60')
const spawn = (steps: readonly Step[], repository = makeRepository()) =>
  client.spawn({ repository, task: 'Do it.', model: scenario(steps) })

const checkpoints = async (sessionId: string) =>
  (await harness.events(sessionId)).flatMap((event) => (event.type === 'CheckpointRecorded' ? [event.data] : []))
const outputs = async (sessionId: string) =>
  (await harness.events(sessionId)).flatMap((event) => (event.type === 'ToolCompleted' ? [event.data.output] : []))

/** The orchestrator dies while the session's newest files are kept, and the worktree is gone with it. */
async function lose(sessionId: string): Promise<void> {
  const { revision } = await harness.reached(sessionId, 'CommitRecorded')
  await harness.reached(sessionId, 'CheckpointRecorded', ({ afterRevision }) => afterRevision > revision)
  const { worktree } = await harness.place(sessionId)
  await eventually('it waits', () => existsSync(join(worktree, 'begun')))
  await service.stop('SIGKILL')
  rmSync(worktree, { recursive: true })
}

test('each step that has changed files is kept, and nothing else is', async () => {
  const repository = makeRepository()
  const steps = [write, shell('cat notes.txt'), shell('echo more >> notes.txt'), commit('feat: notes'), finish()]
  const sessionId = await spawn(steps, repository)
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const events = await harness.events(sessionId)
  const kept = await checkpoints(sessionId)
  const completed = events.flatMap((event) => (event.type === 'ToolCompleted' ? [event.revision] : []))
  expect(kept.map(({ files, afterRevision }) => [files, completed.indexOf(afterRevision)])).toEqual([
    [1, 0],
    [1, 2],
  ])
  const [first] = kept
  expect(first?.ref).toBe(`refs/mosaic/checkpoints/${sessionId}/${first?.afterRevision}`)
  const inMirror = (...args: string[]) =>
    execFileSync('git', [`--git-dir=${first?.mirror}`, ...args], { encoding: 'utf8' })
  expect(inMirror('show', `${first?.commit}:notes.txt`)).toBe('half a thought\n')
  expect(execFileSync('git', ['-C', repository, 'for-each-ref', 'refs/mosaic/checkpoints'], { encoding: 'utf8' })).toBe(
    '',
  )
})

test('a session whose orchestrator and worktree are gone goes on with the files as they were', async () => {
  const steps = [write, commit('feat: notes'), shell('echo more >> notes.txt'), wait, shell('cat notes.txt'), finish()]
  const sessionId = await spawn(steps)
  await lose(sessionId)
  await start()
  await harness.reached(sessionId, 'AgentCompleted')
  expect(await outputs(sessionId)).toContain('half a thought\nmore')
  const said = (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'MessageRecorded' && event.data.role === 'user' ? [JSON.stringify(event.data.content)] : [],
  )
  expect(said.filter((text) => text.includes('Your worktree is no more'))).toHaveLength(1)
})

test('who takes it over in another data folder has its branch, and its files', async () => {
  const repository = makeRepository()
  const steps = [
    write,
    commit('feat: notes'),
    shell('echo more >> notes.txt'),
    wait,
    shell('cat notes.txt'),
    commit('feat: more'),
    finish(),
  ]
  const sessionId = await spawn(steps, repository)
  const committed = await harness.reached(sessionId, 'CommitRecorded')
  const isLater = ({ afterRevision }: { afterRevision: number }) => afterRevision > committed.revision
  await harness.reached(sessionId, 'CheckpointRecorded', isLater)
  const { worktree, branch } = await harness.place(sessionId)
  await eventually('it waits', () => existsSync(join(worktree, 'begun')))
  await service.stop('SIGKILL')
  const elsewhere = mkdtempSync(join(tmpdir(), 'mosaic-elsewhere-'))
  await start({ MOSAIC_DATA_DIR: elsewhere })
  await harness.reached(sessionId, 'AgentCompleted')
  expect(await outputs(sessionId)).toContain('half a thought\nmore')
  const log = execFileSync('git', ['-C', repository, 'log', '--format=%s', branch], { encoding: 'utf8' })
  expect(log.split('\n').slice(0, 2)).toEqual(['feat: more', 'feat: notes'])
  await service.stop()
  await start()
  rmSync(elsewhere, { recursive: true })
})

test('files that cannot be kept are said once, with the code; the session goes on, and they are kept when they can be', async () => {
  const sessionId = await spawn([
    write,
    shell('mkfifo .gitignore'),
    shell('sleep 3; echo more >> notes.txt'),
    shell('rm .gitignore; sleep 5'),
    shell('echo end >> notes.txt'),
    commit('feat: notes'),
    finish(),
  ])
  expect((await harness.reached(sessionId, 'AgentCompleted')).data.outcome).toBe('finished')
  const told = (await harness.events(sessionId)).flatMap((event): string[] => {
    if (event.type === 'CheckpointFailed') return [event.data.code]
    return event.type === 'CheckpointRecorded' ? ['kept'] : []
  })
  expect([...new Set(told)]).toEqual(['kept', 'STAGING_FAILED'])
  expect(told.filter((each) => each === 'STAGING_FAILED')).toHaveLength(1)
  expect(told.at(-1)).toBe('kept')
})
