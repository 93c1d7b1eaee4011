import { randomUUID } from 'node:crypto'
import { conversationProjection } from '@mosaic/conversation'
import { everySessionEvent, eventually, spawnRequested, startMessaging, storedRecordOf } from '@mosaic/kit'
import {
  isTransient,
  type Projection,
  readGeneration,
  ReadModelUnavailableError,
  withWorkspace,
} from '@mosaic/postgres'
import { findSession, findSessions, sessionTreeProjection } from '@mosaic/session-tree'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { batchOf } from './batch.ts'
import { allProjections } from './projections.ts'
import type { Projector } from './projector.ts'
import { write } from './writer.ts'
import { type Workbench, workbench } from '../test/workbench.ts'

let bench: Workbench
beforeEach(async () => void (bench = await workbench()))
afterEach(() => bench.close())

const with1 = (changed: Projection) => allProjections.map((one) => (one.name === changed.name ? changed : one))
const everyModelEqual = async (projector: Projector) => {
  for (const { name } of allProjections) expect(await projector.verify(name)).toMatchObject({ name, equal: true })
}
const allSessions = () =>
  withWorkspace(bench.postgres.db, 'default', (transaction) => findSessions(transaction, { limit: 200 }))
const viewOf = async (projector: Projector, name: string) =>
  (await projector.views()).find((view) => view.name === name)!

test('a crash between the rows and the checkpoint takes both back, and the batch comes again', async () => {
  let crashes = 0
  const crashing: Projection = {
    ...conversationProjection,
    async apply(transaction, events) {
      await conversationProjection.apply(transaction, events)
      if (crashes++ < 3) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(transaction)
    },
  }
  await bench.live()
  const projector = bench.project(with1(crashing))
  await bench.reached(await bench.live())
  expect(crashes).toBeGreaterThan(3)
  await everyModelEqual(projector)
})

test('the same batch written by two at once is taken in once', async () => {
  const projector = bench.project()
  await bench.reached(await bench.live())
  await projector.close()
  const before = (await viewOfCheckpoint())!
  await bench.live()
  const items = await Array.fromAsync(bench.store.readAll({ after: before }))
  const live = { log: bench.store, schema: 'session_tree', skipped: new Set<string>(), announce: true }
  const options = { db: bench.postgres.db, projection: sessionTreeProjection, ...live }
  const whole = batchOf(before, items)
  const answers = await Promise.all([write(options, whole), write(options, whole), write(options, whole)])
  expect(answers).toEqual([whole.through, whole.through, whole.through])
  const again = bench.project()
  await bench.reached(whole.through)
  await everyModelEqual(again)
})

const viewOfCheckpoint = async () =>
  (await sql<{ position: string }>`select position from session_tree.checkpoint`.execute(bench.postgres.db)).rows[0]
    ?.position

test('of two projectors one leads and the other takes over when it ends', async () => {
  const first = bench.project()
  await eventually('the first leads', () => first.leading())
  const second = bench.project()
  await bench.reached(await bench.live())
  expect(second.leading()).toBe(false)
  expect(await second.rebuild('session-tree')).toBe('busy')
  await first.close()
  await bench.reached(await bench.live())
  expect(second.leading()).toBe(true)
  await everyModelEqual(second)
})

test('an event that a projection fails on is parked; the events and projections around it go on; the fix brings it in', async () => {
  const poisoned = randomUUID()
  const failing: Projection = {
    ...sessionTreeProjection,
    async apply(transaction, events) {
      if (events.some((event) => event.streamId.endsWith(poisoned))) throw new TypeError('cannot read it')
      await sessionTreeProjection.apply(transaction, events)
    },
  }
  const projector = bench.project(with1(failing))
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

test('a message that NATS lost is fetched from the log', async () => {
  const projector = bench.project()
  await bench.reached(await bench.live())
  await bench.relay()
  const { sequence, position } = await bench.messaging.eventStream.ensure()
  await bench.live()
  const missed = await Array.fromAsync(bench.store.readAll({ after: position }))
  const [before, last] = missed.slice(-2).map((item) => (item.kind === 'event' ? item.raw : item.record))
  await bench.messaging.eventStream.publish(storedRecordOf(last!), before!.position, sequence + 1)
  await bench.reached(last!.position)
  await everyModelEqual(projector)
})

test('without NATS, and after it lost its disk, the models keep up from the log', async () => {
  const projector = bench.project()
  await bench.reached(await bench.live())
  await bench.relay()
  const port = Number(new URL(bench.nats.url).port)
  await bench.nats.close()
  await bench.reached(await bench.live())
  const empty = await startMessaging({ port })
  try {
    await eventually('NATS is back', () => bench.messaging.connected())
    await bench.relay()
    const position = await bench.live()
    await bench.relay()
    await bench.reached(position)
    await everyModelEqual(projector)
  } finally {
    await empty.close()
  }
})

test('when Postgres cuts every connection, nothing is lost and the models go on', async () => {
  const projector = bench.project()
  await bench.reached(await bench.live())
  for (let round = 0; round < 3; round++) {
    await bench.live()
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(bench.postgres.db)
    await bench.reached(await bench.live())
  }
  await eventually('it leads again', () => projector.leading())
  await bench.reached(await bench.live())
  await everyModelEqual(projector)
})

test('a checkpoint that Postgres lost with its rows is made up for from the log', async () => {
  const projector = bench.project()
  await bench.reached(await bench.live())
  // As after a crash that loses the last asynchronous commits: rows and checkpoint of an earlier moment.
  await sql`begin; update session_tree.checkpoint set position = null; delete from session_tree.sessions; commit`.execute(
    bench.postgres.db,
  )
  await bench.reached(await bench.live())
  await eventually('both sessions are back', async () => (await allSessions()).items.length === 2)
  await everyModelEqual(projector)
})

test('another version is built beside the old one, which is shown until it is replaced', async () => {
  const old = bench.project()
  const oldMark = await bench.live()
  await bench.reached(oldMark)
  await old.close()
  const position = await bench.live()
  const started = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const newer: Projection = {
    ...sessionTreeProjection,
    version: sessionTreeProjection.version + 1,
    async apply(transaction, events) {
      started.resolve()
      await goOn.promise
      await sessionTreeProjection.apply(transaction, events)
    },
  }
  const projector = bench.project(with1(newer))
  await started.promise
  expect((await allSessions()).items).toHaveLength(1)
  expect(await viewOf(projector, 'session-tree')).toMatchObject({
    status: 'rebuilding',
    version: sessionTreeProjection.version,
  })
  goOn.resolve()
  await bench.reached(position)
  expect((await allSessions()).items).toHaveLength(2)
  await eventually('it is settled', async () => (await viewOf(projector, 'session-tree')).status === 'live')
  expect(await viewOf(projector, 'session-tree')).toMatchObject({ version: newer.version })
  // What reacts to this model has reacted to everything up to there, as the old version showed it.
  const marked = () => readGeneration(bench.postgres.db, 'session_tree')
  expect(await marked()).toMatchObject({ version: newer.version, oldMark })
  expect(await projector.rebuild('session-tree')).toMatchObject({ version: newer.version })
  expect(await marked()).toMatchObject({ oldMark })
})

test('a model that an earlier program made is shown until it is built anew, and leaves its mark', async () => {
  const old = bench.project()
  const oldMark = await bench.live()
  await bench.reached(oldMark)
  await old.close()
  await sql`
    alter table session_tree.checkpoint drop column form, drop column old_mark;
    drop table session_tree.parked;
    create table session_tree.parked (position bigint primary key, error text not null)`.execute(bench.postgres.db)
  expect((await allSessions()).items).toHaveLength(1)
  const projector = bench.project()
  await eventually('it is settled', async () => (await viewOf(projector, 'session-tree')).status === 'live')
  expect(await readGeneration(bench.postgres.db, 'session_tree')).toMatchObject({ isCurrentForm: true, oldMark })
  await everyModelEqual(projector)
})

test('readers see a whole model at every moment of a rebuild', async () => {
  const projector = bench.project()
  for (let session = 0; session < 30; session++) await bench.live()
  await bench.reached(await bench.live())
  const rebuilding = (async () => {
    for (let round = 0; round < 5; round++) expect(await projector.rebuild('session-tree')).toMatchObject({ lag: 0 })
  })()
  let done = false
  void rebuilding.finally(() => (done = true))
  let reads = 0
  while (!done) {
    expect((await allSessions()).items).toHaveLength(31)
    reads++
  }
  await rebuilding
  expect(reads).toBeGreaterThan(10)
})

test('a model that knows more than the log is built anew', async () => {
  const first = bench.project()
  const sessionId = randomUUID()
  await bench.reached(await bench.append(`agentSession-${sessionId}`, everySessionEvent(sessionId)))
  await first.close()
  // The same database over a log that ends earlier.
  const shorter = {
    lastPosition: async () => null,
    async *readAll() {},
    async *readStream() {},
  }
  const projector = bench.project(allProjections, { store: shorter })
  const find = () => withWorkspace(bench.postgres.db, 'default', (transaction) => findSession(transaction, sessionId))
  await eventually('the session is gone', async () => (await find()) === undefined)
  await eventually('it is settled', async () => (await projector.views()).every((view) => view.status === 'live'))
})

test('whoever waits for a position is told how far the model is', async () => {
  bench.project()
  const position = await bench.live()
  await bench.reached(position)
  const beyond = String(BigInt(position) + 1n)
  expect(await bench.progress.waitFor('session-tree', position, 0)).toEqual({ reached: true, position })
  expect(await bench.progress.waitFor('session-tree', beyond, 50)).toEqual({ reached: false, position })
  const waiting = bench.progress.waitFor('session-tree', beyond, 10_000)
  const next = await bench.live()
  expect((await waiting).reached).toBe(true)
  await bench.reached(next)
})

test('without a read model a query says that it cannot be asked', async () => {
  await sql`drop schema session_tree cascade`.execute(bench.postgres.db)
  await expect(allSessions()).rejects.toThrow(ReadModelUnavailableError)
  expect(isTransient(new Error('a bug'))).toBe(false)
})
