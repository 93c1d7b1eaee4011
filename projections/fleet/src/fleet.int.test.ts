import type { Actor } from '@mosaic/contracts/kernel'
import { type ProjectionDatabase, projectionDatabase, testLog } from '@mosaic/kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fleetProjection, readFleet } from './index.ts'

let database: ProjectionDatabase
beforeAll(async () => void (database = await projectionDatabase(fleetProjection)))
beforeEach(() => database.clear())
afterAll(() => database.close())

const ada: Actor = { kind: 'operator', id: 'ada', name: 'Ada' }
const killAllId = '0190d1c8-0000-7000-8000-000000000001'
const scripted = { kind: 'modelProvider', modelProvider: 'scripted' } as const
const frozen = (scope: { kind: 'all' } | typeof scripted, by: string | null = null) =>
  ({ type: 'FleetFrozen', data: { scope, reason: 'fire', killAllId: by } }) as const
const unfrozen = { type: 'FleetUnfrozen', data: { reason: null } } as const
const read = (workspaceId = 'default') => database.query(workspaceId, readFleet)

test('a fleet that was never frozen has no freezes', async () => {
  expect(await read()).toEqual({ freezes: [], position: '0' })
})

test('each scope has its last freeze, with who did it and when', async () => {
  const log = testLog().add(
    'fleet-default',
    [frozen({ kind: 'all' }), frozen(scripted), frozen({ kind: 'all' }, killAllId)],
    {
      actor: ada,
    },
  )
  await database.apply(log)
  const by = { reason: 'fire', frozenBy: ada }
  expect((await read()).freezes).toEqual([
    { ...by, scope: scripted, killAllId: null, frozenAt: '2026-01-02T03:04:06.000Z' },
    { ...by, scope: { kind: 'all' }, killAllId, frozenAt: '2026-01-02T03:04:07.000Z' },
  ])
})

test('unfreezing ends them all, in batches of any size, and delivered twice', async () => {
  const events = testLog().add('fleet-default', [frozen({ kind: 'all' }), frozen(scripted), unfrozen])
  await database.apply(...events.map((event) => [event]))
  await database.apply(events)
  expect((await read()).freezes).toEqual([])
})

test('another workspace is not frozen with it', async () => {
  await database.apply(testLog().add('fleet-default', [frozen({ kind: 'all' })]))
  expect((await read('elsewhere')).freezes).toEqual([])
})
