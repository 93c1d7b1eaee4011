import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, type ServiceProcess, startService } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell } from '../../test/scenario.ts'

let harness: Harness
const started: ServiceProcess[] = []
const folders: string[] = []
beforeAll(async () => {
  harness = await Harness.start()
})
afterAll(async () => {
  for (const service of started) service.signal('SIGCONT')
  await Promise.all(started.map((service) => service.stop()))
  await harness?.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A worker with a data folder of its own. */
async function worker(name: string, folder = newFolder(name)): Promise<ServiceProcess> {
  const service = await startService('services/orchestrator', {
    ...harness.environment,
    MOSAIC_DATA_DIR: folder,
    MOSAIC_INSTANCE_ID: name,
    MOSAIC_WORKER_NAME: name,
  })
  started.push(service)
  return service
}

function newFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `mosaic-worker-${name}-`))
  folders.push(folder, `${folder}-away`, `${folder}-other`)
  return folder
}

const clientOf = (service: ServiceProcess) => new Client(service.url, async () => {})
const gate = shell('until [ -e gate ]; do sleep 0.2; done; rm gate')

/** Where it has worked, one place after the other. */
const placesOf = async (sessionId: string) =>
  (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'AgentSpawned' && event.data.place.kind === 'worktree' ? [event.data.place.worktree] : [],
  )

const atGate = (sessionId: string, times: number) =>
  eventually(
    'it is at the gate',
    async () => {
      const invoked = (await harness.events(sessionId)).filter(
        (event) => event.type === 'ToolInvoked' && JSON.stringify(event.data.input).includes('until'),
      )
      return invoked.length >= times
    },
    120_000,
  )

test('the worktree of a session that went on elsewhere was never taken away, nor one that was half made', async () => {
  const one = await worker('one')
  const model = scenario([shell('echo kept > a.txt'), gate, gate, finish()])
  const session = { repository: makeRepository(), task: 'Write.', model, sandbox: 'process' }
  const ids = await Promise.all([session, session].map((body) => clientOf(one).spawn(body)))
  const before = await Promise.all(ids.map(async (id) => (await harness.place(id)).worktree))
  await Promise.all(ids.map((id) => atGate(id, 1)))
  await one.stop('SIGKILL')
  writeFileSync(join(before[1]!.replace('/worktrees/', '/worktree-git/'), 'unfinished'), '')
  const two = await worker('two')
  await Promise.all(ids.map((id) => atGate(id, 2)))
  expect(before.map(existsSync)).toEqual([true, true])
  await one.restart()
  await eventually('they are taken away', () => !before.some(existsSync), 60_000)
  for (const id of ids) {
    const now = (await placesOf(id)).at(-1)!
    expect(before).not.toContain(now)
    writeFileSync(join(now, 'gate'), '')
    await harness.reached(id, 'AgentCompleted', undefined, 60_000)
  }
  await Promise.all([one, two].map((service) => service.stop()))
}, 300_000)

test('a worktree whose session another worker ended without ever being in it was left, with what was not committed', async () => {
  const one = await worker('three')
  const model = scenario([shell('echo kept > a.txt'), gate, finish()])
  const session = { repository: makeRepository(), task: 'Write.', model, sandbox: 'process' }
  const sessionId = await clientOf(one).spawn(session)
  const { worktree } = await harness.place(sessionId)
  await atGate(sessionId, 1)
  const two = await worker('four')
  one.signal('SIGSTOP')
  expect((await clientOf(two).post(`/agents/${sessionId}/kill`)).status).toBe(202)
  await harness.reached(sessionId, 'AgentResourcesReleased', undefined, 60_000)
  expect(await placesOf(sessionId)).toEqual([worktree])
  expect(existsSync(worktree)).toBe(true)
  one.signal('SIGCONT')
  await harness.reached(sessionId, 'UncommittedWorkKept', ({ files }) => files === 1, 60_000)
  await eventually('it is taken away', () => !existsSync(worktree), 60_000)
  await Promise.all([one, two].map((service) => service.stop()))
}, 300_000)

test('on two machines with the same data path a worktree that was out of date was taken for the current one', async () => {
  const folder = newFolder('alike')
  const one = await worker('five', folder)
  const commit = (message: string) => ({ call: { tool: 'commit', input: { message } } })
  const model = scenario([
    shell('echo one >> a.txt'),
    commit('feat: one'),
    gate,
    shell('echo two >> a.txt'),
    commit('feat: two'),
    gate,
    shell('cat a.txt; git log -2 --format=%s'),
    finish(),
  ])
  const session = { repository: makeRepository(), task: 'Write.', model, sandbox: 'process' }
  const sessionId = await clientOf(one).spawn(session)
  await atGate(sessionId, 1)
  await one.stop('SIGKILL')
  renameSync(folder, `${folder}-away`)
  const two = await worker('six', folder)
  await atGate(sessionId, 2)
  await two.stop('SIGKILL')
  renameSync(folder, `${folder}-other`)
  renameSync(`${folder}-away`, folder)
  await one.restart()
  await harness.reached(sessionId, 'AgentCompleted', undefined, 120_000)
  expect(new Set(await placesOf(sessionId)).size).toBe(1)
  const looked = await harness.reached(sessionId, 'ToolCompleted', ({ output }) => output.includes('feat: two'))
  expect(looked.data.output.split('\n').slice(0, 4)).toEqual(['one', 'two', 'feat: two', 'feat: one'])
  await one.stop()
}, 300_000)
