import { randomUUID } from 'node:crypto'
import { findSession } from '@mosaic/session-tree'
import { spawnRequested } from '@mosaic/kit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { allProjections } from './projections.ts'
import { everyModelEqual } from '../test/models.ts'
import { type Workbench, workbench } from '../test/workbench.ts'

let bench: Workbench
beforeEach(async () => void (bench = await workbench([])))
afterEach(() => bench.close())

test('builds what was there before, follows what comes, and a rebuild equals it', async () => {
  await bench.live()
  const projector = bench.project()
  await bench.reached(await bench.live())
  const sessionId = randomUUID()
  const position = await bench.append(`agentSession-${sessionId}`, [spawnRequested(sessionId)])
  await bench.relay()
  await bench.reached(position)
  const found = await bench.ask((trx) => findSession(trx, sessionId))
  expect(found).toMatchObject({ sessionId, position })
  await everyModelEqual(projector)
  expect(await projector.views()).toMatchObject(
    allProjections.map(({ name }) => ({
      name,
      status: 'live',
      lag: 0,
      position,
      parked: [],
      lastProof: { equal: true, position },
    })),
  )
})
