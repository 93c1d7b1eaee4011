import { randomUUID } from 'node:crypto'
import { findSession } from '@mosaic/session-tree'
import { spawnRequested } from '@mosaic/kit'
import { withWorkspace } from '@mosaic/postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { allProjections } from './projections.ts'
import { type Workbench, workbench } from '../test/workbench.ts'

let bench: Workbench
beforeEach(async () => void (bench = await workbench([])))
afterEach(() => bench.close())

const names = allProjections.map((projection) => projection.name)
const everyModelEqual = async (projector: ReturnType<Workbench['project']>) => {
  for (const name of names) {
    const answer = await projector.verify(name)
    expect(answer).toMatchObject({ name, equal: true, firstDifference: null })
  }
}

test('builds what was there before, follows what comes, and a rebuild equals it', async () => {
  await bench.live()
  const projector = bench.project()
  await bench.reached(await bench.live())
  const sessionId = randomUUID()
  const position = await bench.append(`agentSession-${sessionId}`, [spawnRequested(sessionId)])
  await bench.relay()
  await bench.reached(position)
  const found = await withWorkspace(bench.postgres.db, 'default', (trx) => findSession(trx, sessionId))
  expect(found).toMatchObject({ sessionId, position })
  await everyModelEqual(projector)
  expect(await projector.views()).toMatchObject(
    names.map((name) => ({ name, status: 'live', lag: 0, position, parked: [], lastProof: { equal: true, position } })),
  )
})
