import { expect, test } from 'vitest'
import { parseEvent } from '../kernel/index.ts'
import { fleetEvents } from './index.ts'

const id = '01890000-0000-7000-8000-000000000001'
const requested = { killAllId: id, reason: null, sessionIds: [id] }
const ours = { kind: 'runtime', runtime: 'internal' }
const anthropic = { kind: 'modelProvider', modelProvider: 'anthropic' }

test.each([
  [1, { kind: 'all' }, { kind: 'all' }],
  [1, { kind: 'internal' }, ours],
  [1, { kind: 'provider', provider: 'anthropic' }, anthropic],
  [2, { kind: 'all' }, { kind: 'all' }],
  [2, { kind: 'internal' }, ours],
  [2, { kind: 'model-provider', modelProvider: 'anthropic' }, anthropic],
])('a kill-all of version %i with scope %j reads as the present version', (schemaVersion, scope, expected) => {
  const data = { ...requested, scope }
  expect(parseEvent(fleetEvents, { type: 'KillAllRequested', data, schemaVersion })).toEqual({
    ok: true,
    data: { ...requested, scope: expected },
  })
})

test.each([
  [{ kind: 'all' }, { kind: 'all' }],
  [{ kind: 'internal' }, ours],
  [{ kind: 'model-provider', modelProvider: 'anthropic' }, anthropic],
])('a freeze of version 1 with scope %j reads as the present version', (scope, expected) => {
  const frozen = { reason: 'fire', killAllId: null }
  expect(parseEvent(fleetEvents, { type: 'FleetFrozen', data: { ...frozen, scope }, schemaVersion: 1 })).toEqual({
    ok: true,
    data: { ...frozen, scope: expected },
  })
})

test.each([null, 'all', undefined])(
  'a kill-all of version 1 whose scope is %j is refused, not thrown over',
  (scope) => {
    const parsed = parseEvent(fleetEvents, { type: 'KillAllRequested', data: { scope }, schemaVersion: 1 })
    expect(parsed).toMatchObject({ ok: false, reason: { code: 'INVALID_EVENT_DATA' } })
  },
)
