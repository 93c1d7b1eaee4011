import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coordinatorRoutes } from '@mosaic/contracts/http'
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
  await Promise.all(started.map((service) => service.stop()))
  await harness?.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A worker with a data folder of its own: what is in one, no other can see. */
async function worker(name: string, labels = ''): Promise<Client> {
  const folder = mkdtempSync(join(tmpdir(), `mosaic-worker-${name}-`))
  folders.push(folder)
  const service = await startService('services/orchestrator', {
    ...harness.environment,
    MOSAIC_DATA_DIR: folder,
    MOSAIC_INSTANCE_ID: name,
    MOSAIC_WORKER_NAME: name,
    ...(labels && { MOSAIC_WORKER_LABELS: labels }),
  })
  started.push(service)
  return new Client(service.url, () => service.stop())
}

const coordinator = () => new Client(harness.coordinator.url, async () => {})
async function workerNamed(name: string) {
  const { items } = coordinatorRoutes.workers.answer.parse((await coordinator().get('/api/workers')).body)
  return items.find((each) => each.name === name && each.isAlive)
}
const ownersOf = async (sessionId: string) =>
  (await harness.events(sessionId)).flatMap((event) => (event.type === 'SessionClaimed' ? [event.data.ownerId] : []))

test('what a drained worker ran another one goes on with: same branch, same conversation, the files as they were', async () => {
  const [one, repository] = [await worker('one'), makeRepository()]
  const gate = join(mkdtempSync(join(tmpdir(), 'mosaic-gate-')), 'open')
  folders.push(join(gate, '..'))
  const model = scenario([
    shell('echo committed > a.txt'),
    { call: { tool: 'commit', input: { message: 'first' } } },
    shell('echo kept > b.txt'),
    shell('until [ -e gate ]; do sleep 0.2; done; rm gate'),
    shell('cat a.txt b.txt; git log -1 --format=%s; git status --porcelain'),
    finish('went on elsewhere'),
  ])
  const sessionId = await one.spawn({ repository, task: 'Write.', model, sandbox: 'process' })
  const before = await harness.place(sessionId)
  await harness.reached(sessionId, 'ToolInvoked', ({ input }) => JSON.stringify(input).includes('until'), 90_000)
  await eventually('the worker is known', async () => (await workerNamed('one')) !== undefined, 30_000)
  const two = await worker('two')
  const { workerId } = (await workerNamed('one'))!
  expect((await coordinator().post(`/api/workers/${workerId}/drain`, { reason: 'a new disk' })).status).toBe(202)
  // The step under way comes to its end, and the next one is another's.
  writeFileSync(join(before.worktree, 'gate'), '')
  const completed = await harness.reached(sessionId, 'AgentCompleted', undefined, 120_000)
  expect(completed.data.summary).toBe('went on elsewhere')

  const owners = await ownersOf(sessionId)
  expect(new Set(owners).size).toBe(2)
  const looked = await harness.reached(sessionId, 'ToolCompleted', ({ output }) => output.includes('kept'))
  expect(looked.data.output.split('\n').slice(0, 4)).toEqual(['committed', 'kept', 'first', '?? b.txt'])
  const places = (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'AgentSpawned' && event.data.place.kind === 'worktree' ? [event.data.place] : [],
  )
  expect(new Set(places.map(({ branch }) => branch)).size).toBe(1)
  expect(new Set(places.map(({ worktree }) => worktree)).size).toBe(2)
  expect(existsSync(before.worktree)).toBe(false)
  const log = execFileSync('git', ['-C', repository, 'log', '--format=%s', `main..${before.branch}`], {
    encoding: 'utf8',
  })
  expect(log.trim()).toBe('first')

  // Spawned at a worker that takes nothing, it waits in line and is begun by the other.
  const later = await one.spawn({ repository, task: 'Later.', model: scenario([finish()]), sandbox: 'process' })
  await harness.reached(later, 'AgentCompleted', undefined, 60_000)
  expect(await ownersOf(later)).toEqual([owners.at(-1)])
  await two.close()
})

test('a session goes to a worker that has its labels, and waits where none has', async () => {
  const repository = makeRepository()
  const plain = await worker('plain')
  const model = scenario([finish()])
  const sessionId = await plain.spawn({ repository, task: 'Train.', model, sandbox: 'process', labels: ['gpu'] })
  await harness.reached(sessionId, 'AgentQueued')
  expect(await ownersOf(sessionId)).toEqual([])
  const addTask = { instructions: 'Train.', repository, model, sandbox: 'process', labels: ['gpu'] }
  const { body } = await coordinator().post('/api/tasks', addTask)
  const taskStream = `task-${String(body['taskId'])}`
  await eventually('the task says that it waits', async () => (await harness.typesOf(taskStream)).includes('TaskHeld'))
  await worker('gpu', 'gpu,eu')
  await harness.reached(sessionId, 'AgentCompleted', undefined, 60_000)
  await eventually(
    'the task has ended',
    async () => (await harness.typesOf(taskStream)).includes('TaskCompleted'),
    60_000,
  )
})
