import { ok } from '@mosaic/contracts/kernel'
import type { TaskPlan, WorkItem } from '@mosaic/contracts/task'
import { type LogEvent, type NewEvent, StoreUnavailableError } from '@mosaic/event-store'
import { attemptSpec, eventually, id, logged } from '@mosaic/kit'
import { createLogger } from '@mosaic/runtime'
import { afterEach, expect, test } from 'vitest'
import { Dispatcher, type DispatcherDeps } from './dispatcher.ts'

const unlimited = { workspace: Infinity, mission: Infinity, runtime: Infinity, model: Infinity }
const created = (taskId: string, over: Partial<TaskPlan> = {}): NewEvent => ({
  type: 'TaskCreated',
  data: {
    taskId,
    missionId: id(9),
    source: 'mosaic-queue',
    title: 't',
    instructions: 'i',
    externalKey: null,
    plan: { spawn: attemptSpec, models: [null], priority: 5, dependsOn: [], notBefore: null, maxRetries: 0, ...over },
  },
})
const dispatched = (taskId: string): NewEvent => ({ type: 'TaskDispatched', data: { taskId, round: 1, attempts: 1 } })
const assigned = (taskId: string): NewEvent => ({ type: 'TaskAssigned', data: { taskId, sessionId: id(8) } })

const running: Dispatcher[] = []
afterEach(async () => {
  for (const dispatcher of running.splice(0)) await dispatcher.stop()
})

/** A dispatcher in a world where nothing else happens, and what it has asked for. */
async function dispatching(history: readonly NewEvent[], over: Partial<DispatcherDeps> = {}) {
  const asked: string[] = []
  const offered: WorkItem[] = []
  const listeners: ((connected: boolean) => void)[] = []
  const dispatcher = new Dispatcher({
    haveLabels: () => true,
    store: { async *readStream() {} } as unknown as DispatcherDeps['store'],
    messaging: {
      onConnection: (listener: (connected: boolean) => void) => (listeners.push(listener), () => undefined),
      workQueue: { put: async (item: WorkItem) => void offered.push(item) },
    } as unknown as DispatcherDeps['messaging'],
    commands: {
      task: async (taskId, { type }) => {
        asked.push(`${type} ${taskId}`)
        return ok({ events: [{}] } as never)
      },
    },
    clock: { now: () => new Date('2026-03-04T05:06:07.000Z') },
    logger: createLogger({ name: 'test', level: 'silent' }),
    limits: unlimited,
    ageingMinutes: 10,
    ahead: 2,
    ...over,
  })
  running.push(dispatcher)
  for (const event of logged(...history)) await dispatcher.take(event)
  await dispatcher.goLive()
  return {
    asked,
    offered,
    tell: async (...events: LogEvent[]) => {
      for (const event of events) await dispatcher.take(event)
    },
    reconnect: () => listeners.forEach((listener) => listener(true)),
  }
}
const [one, two, three] = [id(1), id(2), id(3)]

test('with a limit of one, a task that waited for another took its room, and neither ever went', async () => {
  const waits = created(one, { priority: 10, dependsOn: [two] })
  const { asked } = await dispatching([waits, created(two)], { limits: { ...unlimited, mission: 1 } })
  await eventually('one to be dispatched', () => asked.length > 0)
  expect(asked).toEqual([`DispatchTask ${two}`])
})

test('no more are on their way than are to be, and each is asked for once', async () => {
  const { asked, tell } = await dispatching([created(one), created(two), created(three)])
  await eventually('two to be dispatched', () => asked.length === 2)
  const [isDispatched, isAssigned] = logged(dispatched(one), assigned(one))
  await tell(isDispatched!)
  expect(asked).toEqual([`DispatchTask ${one}`, `DispatchTask ${two}`])
  await tell(isAssigned!)
  await eventually('the next to be dispatched', () => asked.length === 3)
  expect(asked).toEqual([`DispatchTask ${one}`, `DispatchTask ${two}`, `DispatchTask ${three}`])
})

test('what the log has dispatched is put into the workers’ queue, and again when NATS comes back', async () => {
  const { offered, reconnect } = await dispatching([created(one, { models: ['a', 'b'] }), dispatched(one)])
  await eventually('both attempts to be offered', () => offered.length === 2)
  const items = [0, 1].map((slot) => ({ taskId: one, workspaceId: 'default', round: 1, slot, labels: [] }))
  expect(offered).toEqual(items)
  reconnect()
  await eventually('both to be offered again', () => offered.length === 4)
  expect(offered).toEqual([...items, ...items])
})

test('while the store is away a task is asked for again', async () => {
  let away = true
  const asked: string[] = []
  const task = async (taskId: string) => {
    asked.push(taskId)
    if (away) throw new StoreUnavailableError('away')
    return ok({ events: [{}] } as never)
  }
  await dispatching([created(one)], { commands: { task } })
  await eventually('it to be asked for', () => asked.length === 1)
  away = false
  await eventually('it to be asked for again', () => asked.length === 2)
})

test('what is to begin at a moment goes once that has come, and not before', async () => {
  const start = Date.parse('2026-03-04T05:06:07.000Z')
  let moment = start
  let looked = 0
  const clock = { now: () => (looked++, new Date(moment)) }
  const later = created(one, { notBefore: new Date(start + 40).toISOString() })
  const { asked } = await dispatching([later], { clock })
  await eventually('it to be looked at again, when its moment ought to have come', () => looked > 3)
  expect(asked).toEqual([])
  moment = start + 40
  await eventually('it to go', () => asked.length === 1)
})

test('what depended on a task that had failed, and succeeded when it was tried again, was given up', async () => {
  const failed: NewEvent = { type: 'TaskFailed', data: { taskId: one, sessionId: null, reason: 'r' } }
  const plan = { spawn: attemptSpec, models: [null], priority: 5, dependsOn: [], notBefore: null, maxRetries: 0 }
  const log = logged(
    created(one),
    failed,
    created(two, { dependsOn: [one] }),
    { type: 'TaskReopened', data: { taskId: one, missionId: id(9), plan } },
    { type: 'TaskCompleted', data: { taskId: one, sessionId: id(8), summary: 's' } },
    created(three, { dependsOn: [one] }),
  )
  let told = 0
  const store = {
    async *readStream(streamId: string) {
      for (const event of log.slice(0, told)) if (event.streamId === streamId) yield { kind: 'event', event }
    },
  } as unknown as DispatcherDeps['store']
  const { asked, tell } = await dispatching([], { store })
  const tellUpTo = async (count: number) => {
    const from = told
    told = count
    await tell(...log.slice(from, count))
  }
  await tellUpTo(3)
  await eventually('the one that waits for what has failed to be given up', () => asked.length === 1)
  await tellUpTo(log.length)
  await eventually('the next to go', () => asked.length > 1)
  expect(asked).toEqual([`AbandonTask ${two}`, `DispatchTask ${three}`])
})

test('a task that waits for a worker again, after it was cancelled and tried again, says so again', async () => {
  const plan = {
    spawn: { ...attemptSpec, labels: ['gpu'] },
    models: [null],
    priority: 5,
    dependsOn: [],
    notBefore: null,
  }
  const { asked, tell } = await dispatching([created(one, { spawn: plan.spawn })], { haveLabels: () => false })
  await eventually('it to be held', () => asked.length === 1)
  const [isCancelled, isReopened] = logged(
    { type: 'TaskCancelled', data: { taskId: one, reason: null } },
    { type: 'TaskReopened', data: { taskId: one, missionId: id(9), plan: { ...plan, maxRetries: 0 } } },
  )
  await tell(isCancelled!, isReopened!)
  await eventually('it to be held again', () => asked.length === 2)
  expect(asked).toEqual([`HoldTask ${one}`, `HoldTask ${one}`])
})
