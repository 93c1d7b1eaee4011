import { randomUUID } from 'node:crypto'
import { everySessionEvent, eventually } from '@mosaic/kit'
import { type Projection, readGeneration } from '@mosaic/postgres'
import { findSession, findSessions, sessionTreeProjection } from '@mosaic/session-tree'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { allProjections } from './projections.ts'
import { everyModelEqual, viewOf, withChanged } from '../test/models.ts'
import { type Workbench, workbench } from '../test/workbench.ts'

let bench: Workbench
beforeEach(async () => void (bench = await workbench()))
afterEach(() => bench.close())

const allSessions = () => bench.ask((transaction) => findSessions(transaction, { limit: 200 }))

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
  const projector = bench.project(withChanged(newer))
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
  const find = () => bench.ask((transaction) => findSession(transaction, sessionId))
  await eventually('the session is gone', async () => (await find()) === undefined)
  await eventually('it is settled', async () => (await projector.views()).every((view) => view.status === 'live'))
})
