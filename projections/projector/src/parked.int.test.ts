import { randomUUID } from 'node:crypto'
import { agentSessionStream } from '@mosaic/contracts/agent-session'
import type { ProjectionEvent } from '@mosaic/contracts/projection'
import { projectionStream } from '@mosaic/contracts/projection'
import { commandContext, eventually, everySessionEvent } from '@mosaic/kit'
import type { Projection } from '@mosaic/postgres'
import { findSession, sessionTreeProjection } from '@mosaic/session-tree'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { allProjections } from './projections.ts'
import type { Projector } from './projector.ts'
import { everyModelEqual, viewOf, withChanged } from '../test/models.ts'
import { type Workbench, workbench } from '../test/workbench.ts'

let bench: Workbench
beforeEach(async () => void (bench = await workbench()))
afterEach(() => bench.close())

const name = sessionTreeProjection.name
const sessionId = randomUUID()
const streamId = agentSessionStream.of(sessionId)

/** The session tree as it fails on one event of one session, for as long as it is said to. */
function failingOn(type: string) {
  let fails = true
  const projection: Projection = {
    ...sessionTreeProjection,
    async apply(transaction, events) {
      if (fails && events.some((event) => event.type === type && event.streamId === streamId)) {
        // Not before something was written: what a failure leaves behind must go.
        await sessionTreeProjection.apply(transaction, events)
        throw new TypeError(`cannot read ${type}`)
      }
      await sessionTreeProjection.apply(transaction, events)
    },
  }
  return { projections: withChanged(projection), repair: () => void (fails = false) }
}

const decide = (event: ProjectionEvent) => bench.append(projectionStream.of(name), [event])
const retry = () => decide({ type: 'ParkedEventsRetried', data: { projection: name, streamId } })
const holesOf = (projector: Projector, workspaceId?: string) => viewOf(projector, name, workspaceId)
const find = () => bench.ask((transaction) => findSession(transaction, sessionId))
const life = everySessionEvent(sessionId)
const poisonAt = life.findIndex(({ type }) => type === 'AgentWaitingForOperator')

test('a sequence never runs past its hole: what follows a parked event is parked behind it, and replayed in order', async () => {
  const { projections, repair } = failingOn('AgentWaitingForOperator')
  const projector = bench.project(projections)
  await bench.append(streamId, life.slice(0, poisonAt + 3))
  await bench.reached(await bench.live())
  await bench.reached(await bench.append(streamId, life.slice(poisonAt + 3)))
  expect(await find()).toMatchObject({ revision: poisonAt - 1, status: 'running' })
  expect(await holesOf(projector)).toMatchObject({
    status: 'degraded',
    lag: 0,
    parkedEvents: life.length - poisonAt,
    parked: [
      {
        streamId,
        eventType: 'AgentWaitingForOperator',
        error: 'TypeError: cannot read AgentWaitingForOperator',
        waiting: life.length - poisonAt - 1,
      },
    ],
  })

  await bench.reached(await retry())
  expect(await holesOf(projector)).toMatchObject({ parkedEvents: life.length - poisonAt })
  expect(await find()).toMatchObject({ revision: poisonAt - 1 })

  repair()
  await bench.reached(await retry())
  expect(await holesOf(projector)).toMatchObject({ status: 'live', parkedEvents: 0, parked: [] })
  expect(await find()).toMatchObject({ revision: life.length - 1, status: 'failed' })
  await everyModelEqual(projector)
})

test('an event that is skipped is left out, those behind it come in, and a rebuild leaves it out again', async () => {
  const { projections, repair } = failingOn('AgentWaitingForOperator')
  const projector = bench.project(projections)
  await bench.reached(await bench.append(streamId, life.slice(0, poisonAt + 1)))
  const [hole] = (await holesOf(projector)).parked
  await bench.append(streamId, life.slice(poisonAt + 1, poisonAt + 2))
  const { position } = hole!
  await bench.reached(await decide({ type: 'ParkedEventSkipped', data: { projection: name, streamId, position } }))
  const expected = { revision: poisonAt + 1, waiting: null, status: 'running' }
  expect(await find()).toMatchObject(expected)
  expect(await holesOf(projector)).toMatchObject({ status: 'live', parkedEvents: 0 })

  // Whoever has mended the fold meanwhile has not decided that the event counts.
  repair()
  await everyModelEqual(projector)
  expect(await projector.rebuild(name)).toMatchObject({ status: 'live' })
  expect(await find()).toMatchObject(expected)
})

test('what follows the skip of the only parked event in one batch is taken in, not parked without a cause', async () => {
  const { projections } = failingOn('AgentWaitingForOperator')
  const first = bench.project(projections)
  await bench.reached(await bench.append(streamId, life.slice(0, poisonAt + 1)))
  const { position } = (await holesOf(first)).parked[0]!
  await first.close()
  await decide({ type: 'ParkedEventSkipped', data: { projection: name, streamId, position } })
  const last = await bench.append(streamId, life.slice(poisonAt + 1, poisonAt + 2))

  const second = bench.project(projections)
  await bench.reached(last)
  expect(await find()).toMatchObject({ revision: poisonAt + 1 })
  expect(await holesOf(second)).toMatchObject({ status: 'live', parkedEvents: 0 })
})

test('what a rebuild cannot take in waits as it waits in the live model', async () => {
  const { projections } = failingOn('AgentWaitingForOperator')
  const projector = bench.project(projections)
  await bench.reached(await bench.append(streamId, life))
  const before = await holesOf(projector)
  expect(await projector.rebuild(name)).toMatchObject({ parkedEvents: before.parkedEvents, parked: before.parked })
  await everyModelEqual(projector)
})

test('parked events are told in full to their workspace alone', async () => {
  const { projections } = failingOn('AgentSpawnRequested')
  const projector = bench.project(projections)
  await bench.reached(await bench.append(streamId, life))
  expect(await holesOf(projector, 'default')).toMatchObject({ parked: [{ streamId }] })
  expect(await holesOf(projector, 'elsewhere')).toMatchObject({
    status: 'degraded',
    parked: [],
    parkedEvents: life.length,
  })
})

test("one workspace's rows are built anew, beside the others' and from its own events", async () => {
  const projector = bench.project()
  const other = randomUUID()
  await bench.store.append(agentSessionStream.of(other), everySessionEvent(other), {
    expectedRevision: 'any',
    context: commandContext({ workspaceId: 'elsewhere' }),
  })
  await bench.reached(await bench.append(streamId, life))
  await sql`update session_tree.sessions set view = jsonb_set(view, '{name}', '"spoilt"')`.execute(bench.postgres.db)
  const nameIn = async (workspaceId: string, id: string) =>
    (await bench.ask((transaction) => findSession(transaction, id), workspaceId))?.name

  expect(await projector.rebuild(name, { workspaceId: 'elsewhere' })).toMatchObject({ name, status: 'live' })
  expect(await nameIn('elsewhere', other)).toBe('worker')
  expect(await nameIn('default', sessionId)).toBe('spoilt')
  expect(await projector.rebuild(name, { workspaceId: 'default' })).toMatchObject({ name })
  await everyModelEqual(projector)
  expect(await projector.rebuild('operator-audit', { workspaceId: 'default' })).toBe('whole-only')
})

test('a rebuild that is cancelled leaves the live model as it is', async () => {
  const started = Promise.withResolvers<void>()
  let held = false
  const store = {
    ...bench.store,
    lastPosition: () => bench.store.lastPosition(),
    readStream: bench.store.readStream,
    async *readAll(options: Parameters<typeof bench.store.readAll>[0]) {
      for await (const item of bench.store.readAll(options)) {
        if (held) {
          started.resolve()
          await new Promise((resolve) => setImmediate(resolve))
        }
        yield item
        if (held) yield* endlessly(item)
      }
    },
  }
  const projector = bench.project(allProjections, { store })
  await bench.reached(await bench.append(streamId, life))
  const before = await find()
  held = true
  const rebuilding = projector.rebuild(name)
  await started.promise
  expect(projector.cancel(name)).toBe(true)
  expect(await rebuilding).toBe('cancelled')
  held = false
  expect(await find()).toEqual(before)
  expect(projector.cancel(name)).toBe(false)
  expect(projector.cancel('no-such')).toBeUndefined()
  await eventually('it can be built again', async () => typeof (await projector.rebuild(name)) === 'object')
})

async function* endlessly<Item>(item: Item): AsyncGenerator<Item> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve))
    yield item
  }
}
