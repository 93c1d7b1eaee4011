import { randomUUID } from 'node:crypto'
import { eventually, spawnRequested } from '@mosaic/kit'
import type { Projection } from '@mosaic/postgres'
import { findSessions, sessionTreeProjection } from '@mosaic/session-tree'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { everyModelEqual, viewOf, withChanged } from '../test/models.ts'
import { type Workbench, workbench } from '../test/workbench.ts'

let bench: Workbench
beforeEach(async () => void (bench = await workbench()))
afterEach(() => bench.close())

const allSessions = () => bench.ask((transaction) => findSessions(transaction, { limit: 200 }))

test('an event that a projection fails on is parked; the events and projections around it go on; the fix brings it in', async () => {
  const poisoned = randomUUID()
  const failing: Projection = {
    ...sessionTreeProjection,
    async apply(transaction, events) {
      if (events.some((event) => event.streamId.endsWith(poisoned))) throw new TypeError('cannot read it')
      await sessionTreeProjection.apply(transaction, events)
    },
  }
  const projector = bench.project(withChanged(failing))
  await bench.live()
  await bench.append(`agentSession-${poisoned}`, [spawnRequested(poisoned)])
  await bench.reached(await bench.live())
  expect(await viewOf(projector, 'session-tree')).toMatchObject({
    status: 'degraded',
    lag: 0,
    parked: [{ eventType: 'AgentSpawnRequested', error: 'TypeError: cannot read it' }],
  })
  expect(await viewOf(projector, 'conversation')).toMatchObject({ status: 'live', parked: [] })
  expect((await allSessions()).items).toHaveLength(2)
  await projector.close()
  const repaired = bench.project()
  await eventually('the repaired one leads', () => repaired.leading())
  expect(await repaired.verify('session-tree')).toMatchObject({
    equal: false,
    firstDifference: { table: 'sessions', key: poisoned, live: null, rebuilt: { session_id: poisoned } },
  })
  expect(await repaired.rebuild('session-tree')).toMatchObject({ status: 'live', parked: [] })
  expect((await allSessions()).items).toHaveLength(3)
  await everyModelEqual(repaired)
})

test('unknown types and newer versions of our streams are parked, streams of others are passed by', async () => {
  const sessionId = randomUUID()
  const projector = bench.project()
  await bench.appendStrange('invoice-1', { type: 'InvoiceSent', data: {} })
  await bench.appendStrange('agentSession', { type: 'AgentDreamed', data: {} })
  await bench.append(`agentSession-${sessionId}`, [spawnRequested(sessionId)])
  await bench.appendStrange(`agentSession-${sessionId}`, { type: 'AgentDreamed', data: { sessionId } })
  await bench.appendStrange(`agentSession-${sessionId}`, { type: 'AgentPauseRequested', data: {} })
  await bench.reached(await bench.live())
  const parked = async (name: string) =>
    (await viewOf(projector, name)).parked.map(({ eventType, waiting }) => [eventType, waiting])
  const error = async (name: string) => (await viewOf(projector, name)).parked[0]!.error
  expect(await parked('session-tree')).toEqual([['AgentDreamed', 1]])
  expect(await parked('operator-audit')).toEqual([['AgentDreamed', 1]])
  // The dashboard does not handle pauses that are asked for, so a broken one is nothing to it.
  expect(await parked('dashboard')).toEqual([['AgentDreamed', 0]])
  expect(await error('session-tree')).toContain('UNKNOWN_EVENT_TYPE')
  await everyModelEqual(projector)
})

test('an event id that stands in two streams is taken in from both', async () => {
  const projector = bench.project()
  await bench.reached(await bench.live())
  const [eventId, sessions] = [randomUUID(), [randomUUID(), randomUUID()]]
  for (const sessionId of sessions) {
    await bench.append(`agentSession-${sessionId}`, [spawnRequested(sessionId)])
    await bench.appendStrange(`agentSession-${sessionId}`, {
      type: 'AgentPauseRequested',
      data: { sessionId, reason: null },
      id: eventId,
    })
  }
  await bench.reached(await bench.live())
  const { rows } = await sql<{ stream_id: string }>`
    select stream_id from operator_audit.entries where event_id = ${eventId} order by position`.execute(
    bench.postgres.db,
  )
  expect(rows.map((row) => row.stream_id)).toEqual(sessions.map((sessionId) => `agentSession-${sessionId}`))
  await everyModelEqual(projector)
})
