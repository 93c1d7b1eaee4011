import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { missionStream } from '@mosaic/contracts/mission'
import type { TaskView } from '@mosaic/contracts/task'
import { type Engine, startMessaging } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Harness } from '../../test/harness.ts'
import { Queue } from '../../test/queue.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell } from '../../test/scenario.ts'

let harness: Harness
let queue: Queue
let repository: string
/** In place of the harness's, once that is gone. */
let nats: Engine | undefined
const quick = scenario([finish()])
const slow = scenario([shell('until [ -e gate-is-open ]; do sleep 0.1; done'), finish()])

beforeAll(async () => {
  harness = await Harness.start()
  queue = await Queue.start(harness, 2)
  repository = makeRepository()
})
afterAll(async () => {
  await queue?.close()
  await nats?.close()
  await harness?.close()
})

const add = (over: Partial<Parameters<Queue['add']>[0]> = {}) =>
  queue.add({ instructions: 'Do it.', repository, model: quick, ...over })
const isOver = ({ endedAt }: TaskView) => endedAt !== null
const sessionOf = ({ attempts }: TaskView) => attempts.at(-1)!.sessionId

/** Lets an agent of the slow kind go on. */
const openGate = async (sessionId: string) =>
  writeFileSync(join((await harness.place(sessionId)).worktree, 'gate-is-open'), '')

/** The tasks of a mission, in the order of its plan. */
async function idsOf(missionId: string): Promise<string[]> {
  for await (const item of harness.store.readStream(missionStream.of(missionId))) {
    if (item.kind === 'event' && item.event.type === 'MissionCreated') {
      return item.event.data.tasks.map(({ taskId }) => taskId)
    }
  }
  throw new Error(`there is no mission ${missionId}`)
}

/** Which of the workers has claimed a session first. */
async function ownersOf(sessionIds: readonly string[]): Promise<Set<string>> {
  const owners = new Set<string>()
  for (const sessionId of sessionIds) {
    const events = await harness.events(sessionId)
    for (const event of events)
      if (event.type === 'SessionClaimed' && event.data.epoch === 1) owners.add(event.data.ownerId)
  }
  return owners
}

test('tasks are taken by several workers, each attempt is begun once, and all end', async () => {
  const ids = await Promise.all(Array.from({ length: 16 }, () => add()))
  const tasks = await Promise.all(ids.map((id) => queue.until(id, isOver)))
  expect(tasks.map(({ status }) => status)).toEqual(ids.map(() => 'completed'))
  // On a machine that is busy one may have failed, and have been tried again.
  for (const { sessionId } of tasks.flatMap(({ attempts }) => attempts)) {
    expect((await harness.types(sessionId)).filter((type) => type === 'AgentSpawnRequested')).toHaveLength(1)
  }
  expect((await ownersOf(tasks.map(sessionOf))).size).toBe(2)
})

test('a task waits for those that it depends on, and fails with the reason where one of them has failed', async () => {
  const first = await add()
  const then = await add({ dependsOn: [first] })
  await queue.until(then, isOver)
  const [before, after] = await Promise.all([queue.task(first), queue.task(then)])
  expect(after.dispatchedAt! >= before.endedAt!).toBe(true)

  const failing = scenario([{ call: { tool: 'finish', input: { summary: 'no', outcome: 'failed' } } }])
  const lost = await add({ title: 'a lost one', model: failing, maxRetries: 0 })
  const never = await add({ dependsOn: [lost] })
  const { status, trouble } = await queue.until(never, isOver)
  expect([status, trouble?.message]).toEqual(['failed', 'it waits for "a lost one", which is failed'])
})

test('what no worker can begin says why, and comes back later', async () => {
  const id = await add({ branch: 'nowhere' })
  const task = await queue.until(id, ({ trouble }) => trouble !== null)
  expect(task).toMatchObject({ status: 'pending', trouble: { code: 'BRANCH_NOT_FOUND' }, attempts: [] })
  expect(new Date(task.notBefore!).getTime()).toBeGreaterThan(new Date(task.trouble!.at).getTime())
  await queue.post(`/api/tasks/${id}/cancel`)
  expect((await queue.task(id)).status).toBe('cancelled')
})

test('of attempts side by side one is chosen, and those that still go on end', async () => {
  const id = await add({ models: [quick, slow] })
  const task = await queue.until(id, ({ attempts }) => attempts.some(({ status }) => status === 'completed'))
  const done = task.attempts.find(({ status }) => status === 'completed')!
  await queue.until(id, ({ attempts }) => attempts.length === 2)
  const other = (await queue.task(id)).attempts.find(({ sessionId }) => sessionId !== done.sessionId)!
  await queue.post(`/api/tasks/${id}/choose`, { sessionId: done.sessionId })
  await harness.reached(other.sessionId, 'AgentTerminateRequested')
  const chosen = await queue.task(id)
  expect([chosen.status, chosen.attempts.map(({ chosen: isIt }) => isIt).filter(Boolean)]).toEqual([
    'completed',
    [true],
  ])
  await openGate(other.sessionId)
  await harness.reached(other.sessionId, 'AgentCompleted')
})

test('a cancelled task ends its agent', async () => {
  const id = await add({ model: slow })
  const { attempts } = await queue.until(id, ({ status }) => status === 'executing')
  await queue.post(`/api/tasks/${id}/cancel`, { reason: 'enough' })
  const { sessionId } = attempts[0]!
  const { data } = await harness.reached(sessionId, 'AgentTerminateRequested')
  expect(data.note).toBe('its task is cancelled')
  await openGate(sessionId)
  await harness.reached(sessionId, 'AgentCompleted')
})

test('a mission that is paused has its agents stand still and dispatches nothing; resumed it goes on to its end', async () => {
  const tasks = [
    { key: 'a', instructions: 'Wait.', repository, model: slow },
    { key: 'b', instructions: 'Then.', repository, model: quick, dependsOn: ['a'] },
  ]
  const { missionId } = await queue.post('/api/missions', { title: 'two', objective: 'both', tasks })
  const ids = await idsOf(String(missionId))
  const { attempts } = await queue.until(ids[0]!, ({ status }) => status === 'executing')
  const sessionId = attempts[0]!.sessionId
  await harness.reached(sessionId, 'ToolInvoked')
  await queue.post(`/api/missions/${String(missionId)}/pause`, { reason: 'lunch' })
  await harness.reached(sessionId, 'AgentPaused')
  await queue.post(`/api/missions/${String(missionId)}/resume`)
  await harness.reached(sessionId, 'AgentResumed')
  await openGate(sessionId)
  await queue.until(ids[1]!, isOver)
  const types = () => harness.typesOf(missionStream.of(String(missionId)))
  await expect.poll(types).toEqual(['MissionCreated', 'MissionPaused', 'MissionResumed', 'MissionEnded'])
})

test('work that NATS has lost is put into the queue again, and what a worker that died had begun is gone on with', async () => {
  const ids = await Promise.all(Array.from({ length: 4 }, () => add({ model: slow })))
  const begun = await Promise.all(ids.map((id) => queue.until(id, ({ status }) => status === 'executing')))
  const [first] = queue.workers
  await first!.stop('SIGKILL')
  await harness.nats.close()
  const later = await add()
  nats = await startMessaging({ port: Number(new URL(harness.nats.url).port) })
  await first!.restart()
  // Whom the death has cut off in its step does not wait at the gate any more.
  await Promise.all(begun.map((task) => openGate(sessionOf(task)).catch(() => undefined)))
  const tasks = await Promise.all([...ids, later].map((id) => queue.until(id, isOver)))
  expect(tasks.map(({ status, attempts }) => [status, attempts.length])).toEqual(tasks.map(() => ['completed', 1]))
})
