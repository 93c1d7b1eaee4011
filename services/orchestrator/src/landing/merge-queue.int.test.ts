import { foldEvent, isHandled } from '@mosaic/contracts/kernel'
import { mergeQueueStream, type MergeQueueView } from '@mosaic/contracts/merge-queue'
import { freePort, type ServiceProcess, startService } from '@mosaic/kit'
import { mergeQueueView } from '@mosaic/views'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, Client, Harness } from '../../test/harness.ts'
import { finish, scenario, type Step } from '../../test/scenario.ts'
import { TestRepository } from '../../test/user-repository.ts'

let harness: Harness
let coordinator: ServiceProcess
let orchestrator: ServiceProcess
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  const port = await freePort()
  const own = { MOSAIC_ORCHESTRATOR_URL: `http://127.0.0.1:${port}`, MOSAIC_LANDING_RETURNS: '1' }
  coordinator = await startService('services/coordinator', { ...harness.environment, ...own })
  const environment = { ...harness.environment, MOSAIC_COORDINATOR_URL: coordinator.url }
  orchestrator = await startService('services/orchestrator', environment, port)
  client = new Client(orchestrator.url, async () => {})
})
afterAll(async () => {
  await orchestrator?.stop()
  await coordinator?.stop()
  await harness?.close()
})

const write = (path: string, content: string): Step => ({ call: { tool: 'write_file', input: { path, content } } })
const commit: Step = { call: { tool: 'commit', input: { message: 'work' } } }
const merge: Step = { call: { tool: 'merge_branch', input: { branch: 'main' } } }

/** What one branch forbids and another one has: each is fine alone, on top of each other they are not. */
const project = {
  'package.json': JSON.stringify({ scripts: { test: 'node test.js' } }),
  'test.js':
    "const { existsSync: is } = require('node:fs')\nif (is('forbidden') && is('bad')) throw new Error('bad')\n",
  'shared.txt': 'one\n',
}
const repositoryOf = () => {
  const repository = new TestRepository(project)
  // Nobody has main checked out.
  repository.git('checkout', '--quiet', '-b', 'elsewhere')
  return repository
}

/** An agent that has done this, and is over. */
async function branchOf(repository: TestRepository, ...steps: Step[]): Promise<string> {
  const body = { repository: repository.path, branch: 'main', task: 'Do it.', gates: 'minimal', model: scenario(steps) }
  const sessionId = await client.spawn(body)
  await harness.reached(sessionId, 'AgentResourcesReleased')
  return sessionId
}

const land = (sessionId: string, over: object = {}): Promise<Answer> =>
  new Client(coordinator.url, async () => {}).post('/api/merge-queues/land', { sessionId, returnTo: 'agent', ...over })

/** Follows the log until the queue stands so; tells of each of its events. */
async function until(
  queueId: string,
  stands: (queue: MergeQueueView) => boolean,
  onEvent: (type: string) => Promise<void> = async () => {},
): Promise<MergeQueueView> {
  const signal = AbortSignal.timeout(400_000)
  const filter = { streamPrefixes: [mergeQueueStream.of(queueId)] }
  let queue: MergeQueueView | undefined
  for await (const item of harness.store.subscribeAll({ after: null, filter, signal })) {
    if (item.kind !== 'event' || !isHandled(mergeQueueView, item.event)) continue
    queue = foldEvent(mergeQueueView, queue, item.event)
    await onEvent(item.event.type)
    if (queue && stands(queue)) return queue
  }
  throw new Error(`the queue stands at ${JSON.stringify(queue)}`)
}
const isOver = ({ open }: MergeQueueView) => open.length === 0

test('of five branches with a bad one four land and one goes back to its agent, with the orchestrator killed at every step', async () => {
  using repository = repositoryOf()
  const fix = [write('forbidden', 'x\n'), commit, finish()]
  const good = await branchOf(repository, write('bad', 'x\n'), commit, finish())
  const bad = await branchOf(repository, ...fix, finish())
  const others = await Promise.all(
    [1, 2, 3].map((n) => branchOf(repository, write(`${n}.txt`, 'x\n'), commit, finish())),
  )
  const [first = '', ...rest] = [good, bad, ...others]
  const { status, body } = await land(first)
  expect(status).toBe(202)
  const queueId = String(body['queueId'])
  for (const sessionId of rest) expect((await land(sessionId)).status).toBe(202)
  expect(await land(bad)).toMatchObject({ status: 409, body: { code: 'ALREADY_QUEUED' } })

  const killed = new Set<string>()
  const reds: string[] = []
  const queue = await until(queueId, isOver, async (type) => {
    if (type === 'LandingBatchLanded' && isRed(repository)) reds.push(repository.git('rev-parse', 'main'))
    if (killed.has(type)) return
    killed.add(type)
    await orchestrator.stop('SIGKILL')
    await orchestrator.restart()
  })
  expect([...killed].toSorted()).toEqual([
    'LandingBatchChecked',
    'LandingBatchLanded',
    'LandingBatchStacked',
    'LandingBatchStarted',
    'LandingContinued',
    'LandingRequested',
    'LandingRequeued',
    'LandingReturned',
  ])
  expect(reds).toEqual([])
  expect(isRed(repository)).toBe(false)
  const came = queue.over.map(({ branch, status: how }) => [branch, how])
  const place = await harness.place(bad)
  expect(came.filter(([, how]) => how === 'landed')).toHaveLength(4)
  expect(came.filter(([, how]) => how === 'returned')).toEqual([[place.branch, 'returned']])
  for (const path of ['bad', '1.txt', '2.txt', '3.txt']) expect(repository.git('show', `main:${path}`)).toBe('x')
  // Nothing of it is lost: its branch is there, and its agent was asked once more.
  expect(repository.git('show', `${place.branch}:forbidden`)).toBe('x')
  const told = await harness.reached(bad, 'LandingRejected')
  expect(told.data).toMatchObject({ to: 'agent', times: 1, code: 'GATES_REJECTED', into: 'main' })
  const { successorSessionId } = (await harness.reached(bad, 'AgentContinued')).data
  expect((await harness.reached(successorSessionId, 'LandingRejected')).data).toMatchObject({ to: 'person' })
  expect((await harness.reached(good, 'WorkLanded')).data).toMatchObject({ branch: (await harness.place(good)).branch })
}, 420_000)

/** By the repository's own test, on what main holds. */
const isRed = (repository: TestRepository): boolean =>
  ['forbidden', 'bad'].every((path) => repository.git('ls-tree', '--name-only', 'main', path) === path)

test('what conflicts is refused before anything changes, or goes back to its agent, who brings it home', async () => {
  using repository = repositoryOf()
  const resolved = [write('shared.txt', 'theirs\n'), commit, merge, write('shared.txt', 'theirs and mine\n'), commit]
  const sessionId = await branchOf(repository, write('shared.txt', 'mine\n'), commit, finish(), ...resolved, finish())
  repository.git('checkout', '--quiet', 'main')
  const theirs = repository.commit('theirs', { 'shared.txt': 'theirs\n' })
  repository.git('checkout', '--quiet', 'elsewhere')
  expect(await land(sessionId, { returnTo: 'person' })).toMatchObject({
    status: 409,
    body: { code: 'MERGE_CONFLICT', details: { files: ['shared.txt'] } },
  })
  expect(repository.git('rev-parse', 'main')).toBe(theirs)

  const { body } = await land(sessionId, { how: 'squash' })
  const queue = await until(String(body['queueId']), isOver)
  expect(queue.over).toMatchObject([{ status: 'landed', times: 1, how: 'squash' }])
  expect(repository.git('show', 'main:shared.txt')).toBe('theirs and mine')
  expect(repository.git('rev-parse', 'main^')).toBe(theirs)
  expect((await harness.reached(sessionId, 'LandingConflicted')).data).toMatchObject({
    files: ['shared.txt'],
    to: 'agent',
  })
  const { successorSessionId } = (await harness.reached(sessionId, 'AgentContinued')).data
  await harness.reached(successorSessionId, 'WorkLanded')
  expect(repository.git('log', '-1', '--format=%(trailers:key=Mosaic-Session,valueonly)', 'main').split('\n')).toEqual(
    expect.arrayContaining([sessionId, successorSessionId]),
  )
  expect(await land(successorSessionId)).toMatchObject({ status: 409, body: { code: 'NOTHING_TO_LAND' } })
}, 420_000)

test('a base that is checked out is moved by whoever has it, and the queue sees it', async () => {
  using repository = new TestRepository(project)
  const sessionId = await branchOf(repository, write('new.txt', 'x\n'), commit, finish())
  const { body } = await land(sessionId)
  const queueId = String(body['queueId'])
  const { batch } = await until(queueId, (queue) => queue.batch?.state === 'held')
  expect(repository.git('status', '--porcelain')).toBe('')
  repository.git('merge', '--quiet', '--ff-only', String(batch?.ref))
  await until(queueId, isOver)
  expect(repository.git('show', 'HEAD:new.txt')).toBe('x')
  expect(repository.git('for-each-ref', 'refs/mosaic/landings')).toBe('')
}, 420_000)

test('while the fleet is frozen nothing lands, the queue says so, and it lands when that is over', async () => {
  using repository = repositoryOf()
  const sessionId = await branchOf(repository, write('new.txt', 'x\n'), commit, finish())
  const before = repository.git('rev-parse', 'main')
  expect((await client.post('/fleet/freeze', { reason: 'audit' })).status).toBe(202)
  const { body } = await land(sessionId)
  const queueId = String(body['queueId'])
  const { halted } = await until(queueId, (queue) => queue.halted !== null)
  expect(halted?.message).toMatch(/^the fleet is frozen for every agent: .*mosaic fleet unfreeze/)
  expect(repository.git('rev-parse', 'main')).toBe(before)
  expect((await client.post('/fleet/unfreeze')).status).toBe(202)
  const queue = await until(queueId, isOver)
  expect([queue.halted, queue.over.map(({ status }) => status)]).toEqual([null, ['landed']])
  expect(repository.git('show', 'main:new.txt')).toBe('x')
}, 420_000)

test('what lands past all gates stands in the log each time', async () => {
  using repository = repositoryOf()
  const model = scenario([write('bad', 'x\n'), commit, finish()])
  const spawned = { repository: repository.path, branch: 'main', task: 'Do it.', yolo: true, model }
  const sessionId = await client.spawn(spawned)
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const { body } = await land(sessionId)
  const queueId = String(body['queueId'])
  await until(queueId, isOver)
  const skipped = []
  for await (const item of harness.store.readStream(mergeQueueStream.of(queueId))) {
    if (item.kind === 'event' && item.event.type === 'LandingGatesSkipped') skipped.push(item.event.data)
  }
  const commitId = repository.git('rev-parse', 'main')
  expect(skipped).toMatchObject([{ into: 'main', commit: commitId, by: 'sessions', sessionIds: [sessionId] }])
}, 420_000)

test('a branch is taken out of a queue again', async () => {
  using repository = new TestRepository(project)
  const sessionId = await branchOf(repository, write('new.txt', 'x\n'), commit, finish())
  const { body } = await land(sessionId)
  const [queueId, landingId] = [String(body['queueId']), String(body['landingId'])]
  await until(queueId, (queue) => queue.batch?.state === 'held')
  const asked = new Client(coordinator.url, async () => {})
  const path = `/api/merge-queues/${queueId}/landings/${landingId}/remove`
  expect((await asked.post(path, { reason: 'not yet' })).status).toBe(202)
  expect(await asked.post(path)).toMatchObject({ status: 404, body: { code: 'LANDING_NOT_FOUND' } })
  expect((await until(queueId, isOver)).over).toMatchObject([{ status: 'removed' }])
}, 420_000)
