import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { systemClock } from '@mosaic/contracts/kernel'
import { taskStream } from '@mosaic/contracts/task'
import {
  connectEventStore,
  type EventStore,
  type LogEvent,
  type NewEvent,
  StoreUnavailableError,
} from '@mosaic/event-store'
import { commandContext, type Engine, eventually, facts, startEventStore, startMessaging } from '@mosaic/kit'
import { connectMessaging, type Messaging } from '@mosaic/messaging'
import { begin, checkpointsOf, defineFold, Follower } from '@mosaic/reactions'
import { createLogger } from '@mosaic/runtime'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCommands } from '../commands.ts'
import { beginReactions, following } from './index.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
let eventStore: Engine
let nats: Engine
let store: EventStore
let messaging: Messaging
let closers: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  eventStore = await startEventStore()
  nats = await startMessaging()
  store = connectEventStore({ connectionString: eventStore.url, instanceId: 'test' })
  messaging = connectMessaging({ url: nats.url, name: 'test' })
  await eventually('NATS', () => messaging.connected())
})
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
  await Promise.all([messaging.close(), store.close()])
  await Promise.all([nats.close(), eventStore.close()])
})

async function append(...events: readonly NewEvent[]) {
  for (const event of events) {
    const { sessionId } = event.data as { sessionId: string }
    const context = commandContext()
    await store.append(agentSessionStream.of(sessionId), [event], { expectedRevision: 'any', context })
  }
}

/** A session from its beginning to its end. */
async function wholeSession() {
  const sessionId = crypto.randomUUID()
  await append(facts.spawned(sessionId), facts.completed(sessionId), facts.released(sessionId))
}

/** Somebody who keeps something of the log, and forgets what is over. */
const living = defineFold({
  name: 'living',
  version: 1,
  handles: ['AgentSpawnRequested', 'AgentResourcesReleased'],
  initial: [] as readonly string[],
  evolve: (state, { type, data: { sessionId } }) =>
    type === 'AgentSpawnRequested' ? [...state, sessionId] : state.filter((each) => each !== sessionId),
})

/** A follower of its own, as a process has one: what it has read, and what it keeps. */
function follow(over: Partial<EventStore> = {}) {
  const seen: string[] = []
  const counting: EventStore = {
    ...store,
    ...over,
    async *subscribeAll(options) {
      for await (const item of store.subscribeAll(options)) {
        if (item.kind === 'event') seen.push(item.event.type)
        yield item
      }
    },
  }
  const kept = begin(living)
  const participant = {
    kept,
    take: async (event: LogEvent) => void kept.take(event),
    passOver: async () => {},
    goLive: async () => {},
  }
  const folds = [...beginReactions()]
  const commands = createCommands(counting)
  const checkpoints = checkpointsOf({ store, messaging, logger }, 'test/coordinator', [kept, ...folds])
  const follower = new Follower(
    { ...following, store: counting, commands, checkpoints, clock: systemClock, logger },
    { participant, folds },
  )
  follower.start()
  const stop = () => follower.stop()
  closers.push(stop)
  return { follower, seen, stop, states: () => [kept, ...folds].map(({ name, state }) => [name, state]) }
}

const tasksTold = async (): Promise<number> => {
  let told = 0
  for await (const _ of store.readAll({ filter: { streamPrefixes: [taskStream.of('')] } })) told++
  return told
}
/** Created, assigned and completed of each session that is over; the first two of one that is not. */
const toldOf = (over: number, alive: number) =>
  eventually('the tasks to be told', async () => (await tasksTold()) === 3 * over + 2 * alive)

test('a start with a checkpoint reads only what has come after it, and keeps the same as one without', async () => {
  const alive = crypto.randomUUID()
  for (let session = 0; session < 5; session++) await wholeSession()
  await append(facts.spawned(alive))
  const first = follow()
  await toldOf(5, 1)
  await eventually(
    'its own events to come by',
    () => first.seen.filter((type) => type.startsWith('Task')).length === 17,
  )
  await first.stop()

  await wholeSession()
  const second = follow()
  await second.follower.caughtUp
  expect(second.seen.slice(0, 3)).toEqual(['AgentSpawnRequested', 'AgentCompleted', 'AgentResourcesReleased'])
  await toldOf(6, 1)
  await eventually('its own events to come by', () => second.seen.length === 6)
  await second.stop()

  const lost = await startMessaging()
  closers.push(() => lost.close())
  const elsewhere = connectMessaging({ url: lost.url, name: 'test' })
  closers.push(() => elsewhere.close())
  await eventually('NATS', () => elsewhere.connected())
  await messaging.close()
  messaging = elsewhere
  const third = follow()
  await third.follower.caughtUp
  expect(third.seen).toHaveLength(3 * 6 + 1 + 3 * 6 + 2)
  expect(third.states()).toEqual(second.states())
  expect(await tasksTold()).toBe(3 * 6 + 2)
})

test('what was asked for and not answered before a crash is done after it, once', async () => {
  let away = false
  const append503: EventStore['append'] = async (...args) => {
    if (away) throw new StoreUnavailableError('away')
    return store.append(...args)
  }
  await wholeSession()
  const first = follow({ append: append503 })
  await toldOf(1, 0)
  away = true
  await wholeSession()
  await eventually(
    'the end to come by',
    () => first.seen.filter((type) => type === 'AgentResourcesReleased').length === 2,
  )
  await first.stop()
  expect(await tasksTold()).toBe(3)

  follow()
  await toldOf(2, 0)
})

test('the checkpoint of another log is not gone by', async () => {
  await wholeSession()
  const first = follow()
  await toldOf(1, 0)
  await eventually('its own events to come by', () => first.seen.length === 6)
  await first.stop()

  await store.close()
  await eventStore.close()
  eventStore = await startEventStore()
  store = connectEventStore({ connectionString: eventStore.url, instanceId: 'test' })
  await wholeSession()
  const second = follow()
  await toldOf(1, 0)
  expect(second.seen.slice(0, 3)).toEqual(['AgentSpawnRequested', 'AgentCompleted', 'AgentResourcesReleased'])
})
