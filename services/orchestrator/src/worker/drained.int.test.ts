import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coordinatorRoutes } from '@mosaic/contracts/http'
import { eventually, type ServiceProcess, startService } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell } from '../../test/scenario.ts'
import { Parcels } from './parcels.ts'

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

/** Many processes are started here one after the other. */
const patience = 300_000

/** A worker with a data folder of its own, which another process of the same worker may have had before. */
async function worker(name: string, { labels = '', folder = newFolder(name) } = {}) {
  const service = await startService('services/orchestrator', {
    ...harness.environment,
    MOSAIC_DATA_DIR: folder,
    MOSAIC_INSTANCE_ID: name,
    MOSAIC_WORKER_NAME: name,
    ...(labels && { MOSAIC_WORKER_LABELS: labels }),
  })
  started.push(service)
  return Object.assign(new Client(service.url, () => service.stop()), { folder, output: () => service.output() })
}

function newFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `mosaic-worker-${name}-`))
  folders.push(folder)
  return folder
}

/** As on another machine: whatever it has fetched and made, nobody else can see. Answers what shows it again. */
function hideMirrors({ folder }: { folder: string }): () => void {
  const [mirrors, hidden] = [join(folder, 'git', 'mirrors'), join(folder, 'git', 'hidden')]
  renameSync(mirrors, hidden)
  return () => renameSync(hidden, mirrors)
}

const coordinator = () => new Client(harness.coordinator.url, async () => {})
async function workerNamed(name: string) {
  const { items } = coordinatorRoutes.workers.answer.parse((await coordinator().get('/api/workers')).body)
  return items.find((each) => each.name === name && each.isAlive)
}
/** Once it has noticed: before that an agent whose step ends goes on there, perhaps to its end. */
async function drain(name: string, { output }: { output(): string }): Promise<void> {
  const { workerId } = await eventually('the worker is known', () => workerNamed(name), 30_000)
  expect((await coordinator().post(`/api/workers/${workerId}/drain`, { reason: 'a new disk' })).status).toBe(202)
  await eventually('it has noticed', () => output().includes('its agents are left to others'), 30_000)
}
const emptied = (name: string) =>
  eventually('it has let go of all', async () => (await workerNamed(name))?.presence?.isEmpty === true, 60_000)
const ownersOf = async (sessionId: string) =>
  (await harness.events(sessionId)).flatMap((event) => (event.type === 'SessionClaimed' ? [event.data.ownerId] : []))

test(
  'what a drained worker ran another one goes on with, and back again: same branch, same conversation, the files as they were',
  async () => {
    const repository = makeRepository()
    // The other machine has a mirror from before the agent pushed anything.
    const before = await worker('two')
    const earlier = await before.spawn({ repository, task: 'Look.', model: scenario([finish()]), sandbox: 'process' })
    await harness.reached(earlier, 'AgentResourcesReleased', undefined, 60_000)
    await before.close()

    const one = await worker('one')
    const waits = (gate: string) => shell(`until [ -e ${gate} ]; do sleep 0.2; done; rm ${gate}`)
    const commit = (message: string) => ({ call: { tool: 'commit', input: { message } } })
    const look = shell('cat *.txt; git log -2 --format=%s; git status --porcelain')
    const model = scenario([
      shell('echo committed > a.txt'),
      commit('one'),
      shell('echo kept > b.txt'),
      waits('gate-one'),
      look,
      commit('two'),
      shell('echo kept too > c.txt'),
      waits('gate-two'),
      look,
      commit('three'),
      finish('went on here and there'),
    ])
    const sessionId = await one.spawn({ repository, task: 'Write.', model, sandbox: 'process' })
    const atGate = (gate: string) =>
      harness.reached(sessionId, 'ToolInvoked', ({ input }) => JSON.stringify(input).includes(gate), 90_000)
    const first = await harness.place(sessionId)
    await atGate('gate-one')
    await drain('one', one)
    // The step under way comes to its end, and the next one is another's.
    writeFileSync(join(first.worktree, 'gate-one'), '')
    await emptied('one')
    const showOnes = hideMirrors(one)
    const two = await worker('two', { folder: before.folder })
    await atGate('gate-two')
    const places = async () =>
      (await harness.events(sessionId)).flatMap((event) =>
        event.type === 'AgentSpawned' && event.data.place.kind === 'worktree' ? [event.data.place] : [],
      )
    const second = (await places()).at(-1)!
    await drain('two', two)
    writeFileSync(join(second.worktree, 'gate-two'), '')
    await emptied('two')
    hideMirrors(two)
    showOnes()
    const { workerId } = (await workerNamed('one'))!
    expect((await coordinator().post(`/api/workers/${workerId}/return`)).status).toBe(202)
    const completed = await harness.reached(sessionId, 'AgentCompleted', undefined, 120_000)
    expect(completed.data.summary).toBe('went on here and there')

    const owners = await ownersOf(sessionId)
    expect(new Set(owners).size).toBe(2)
    const looked = (await harness.events(sessionId)).flatMap((event) =>
      event.type === 'ToolCompleted' && event.data.output.includes('kept') ? [event.data.output] : [],
    )
    const linesOf = (output: string | undefined, count: number) => output?.split('\n').slice(0, count)
    expect(linesOf(looked[0], 5)).toEqual(['committed', 'kept', 'one', 'first', '?? b.txt'])
    expect(linesOf(looked[1], 6)).toEqual(['committed', 'kept', 'kept too', 'two', 'one', '?? c.txt'])
    expect(new Set((await places()).map(({ branch }) => branch)).size).toBe(1)
    expect(new Set((await places()).map(({ worktree }) => worktree)).size).toBe(2)
    expect(existsSync(second.worktree)).toBe(false)
    const log = execFileSync('git', ['-C', repository, 'log', '--format=%s', `main..${first.branch}`], {
      encoding: 'utf8',
    })
    expect(log.trim().split('\n')).toEqual(['three', 'two', 'one'])
    const pushes = (await harness.events(sessionId)).flatMap((event) =>
      event.type === 'CommitRecorded' ? [event.data.push.state] : [],
    )
    expect(pushes).toEqual(['pushed', 'pushed', 'pushed'])

    // Spawned at a worker that takes nothing, it waits in line and is begun by the other.
    const later = await two.spawn({ repository, task: 'Later.', model: scenario([finish()]), sandbox: 'process' })
    await harness.reached(later, 'AgentCompleted', undefined, 60_000)
    expect(await ownersOf(later)).toEqual([owners.at(-1)])
    await Promise.all([one.close(), two.close()])
  },
  patience,
)

test(
  'that what a drained worker had left could not be taken in was not said to anybody',
  async () => {
    const [one, repository] = [await worker('three'), makeRepository()]
    const model = scenario([
      shell('echo kept > b.txt'),
      shell('until [ -e gate ]; do sleep 0.2; done; rm gate'),
      finish(),
    ])
    const sessionId = await one.spawn({ repository, task: 'Write.', model, sandbox: 'process' })
    const { worktree } = await harness.place(sessionId)
    await harness.reached(sessionId, 'ToolInvoked', ({ input }) => JSON.stringify(input).includes('until'), 90_000)
    await drain('three', one)
    writeFileSync(join(worktree, 'gate'), '')
    await emptied('three')
    hideMirrors(one)
    const noBundle = join(harness.data, 'no-bundle')
    writeFileSync(noBundle, 'no bundle')
    await new Parcels(harness.messaging).send(sessionId, noBundle)
    const four = await worker('four')
    await harness.reached(sessionId, 'AgentCompleted', undefined, 120_000)
    const said = (await harness.events(sessionId)).flatMap((event) =>
      event.type === 'MessageRecorded' && event.data.role === 'user' ? [JSON.stringify(event.data.content)] : [],
    )
    expect(said.at(-1)).toContain('What the worker before had left for you could not be taken in')
    await Promise.all([one.close(), four.close()])
  },
  patience,
)

test(
  'what a step had written by the time it was cut off, when its worker was drained, was lost',
  async () => {
    const [one, repository] = [await worker('five'), makeRepository()]
    const model = scenario([shell('echo kept > b.txt; sleep 3600'), shell('cat b.txt'), finish()])
    const sessionId = await one.spawn({ repository, task: 'Write.', model, sandbox: 'process' })
    const { worktree } = await harness.place(sessionId)
    await eventually('it has written', () => existsSync(join(worktree, 'b.txt')), 60_000)
    await drain('five', one)
    await emptied('five')
    hideMirrors(one)
    const six = await worker('six')
    await harness.reached(sessionId, 'AgentCompleted', undefined, 120_000)
    const calls = (await harness.events(sessionId)).flatMap((event) =>
      event.type === 'ToolCompleted' ? [[event.data.interrupted, event.data.output.startsWith('kept')]] : [],
    )
    expect(calls.slice(0, 2)).toEqual([
      [true, false],
      [false, true],
    ])
    await Promise.all([one.close(), six.close()])
  },
  patience,
)

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
  await worker('gpu', { labels: 'gpu,eu' })
  await harness.reached(sessionId, 'AgentCompleted', undefined, 60_000)
  await eventually(
    'the task has ended',
    async () => (await harness.typesOf(taskStream)).includes('TaskCompleted'),
    60_000,
  )
})
