import { isTransient, ReadModelUnavailableError } from '@mosaic/postgres'
import { findSessions } from '@mosaic/session-tree'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Workbench, workbench } from '../test/workbench.ts'

let bench: Workbench
beforeEach(async () => void (bench = await workbench()))
afterEach(() => bench.close())

const allSessions = () => bench.ask((transaction) => findSessions(transaction, { limit: 200 }))

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
