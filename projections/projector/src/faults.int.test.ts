import { conversationProjection } from '@mosaic/conversation'
import { eventually, startMessaging, storedRecordOf } from '@mosaic/kit'
import type { Projection } from '@mosaic/postgres'
import { findSessions, sessionTreeProjection } from '@mosaic/session-tree'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { batchOf } from './batch.ts'
import { write } from './writer.ts'
import { everyModelEqual, withChanged } from '../test/models.ts'
import { type Workbench, workbench } from '../test/workbench.ts'

let bench: Workbench
beforeEach(async () => void (bench = await workbench()))
afterEach(() => bench.close())

const allSessions = () => bench.ask((transaction) => findSessions(transaction, { limit: 200 }))

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
  const projector = bench.project(withChanged(crashing))
  await bench.reached(await bench.live())
  expect(crashes).toBeGreaterThan(3)
  await everyModelEqual(projector)
})

test('the same batch written by two at once is taken in once', async () => {
  const projector = bench.project()
  await bench.reached(await bench.live())
  await projector.close()
  const before = (await checkpoint())!
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

const checkpoint = async () =>
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
