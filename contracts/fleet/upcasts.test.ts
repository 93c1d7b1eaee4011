import { expect, test } from 'vitest'
import { parseEvent } from '../kernel/index.ts'
import { fleetEvents } from './index.ts'

const id = '01890000-0000-7000-8000-000000000001'

test.each([
  [{ kind: 'all' }, { kind: 'all' }],
  [{ kind: 'internal' }, { kind: 'internal' }],
  [
    { kind: 'provider', provider: 'anthropic' },
    { kind: 'model-provider', modelProvider: 'anthropic' },
  ],
])('a kill-all of version 1 with scope %j reads as the present version', (scope, expected) => {
  const data = { killAllId: id, scope, reason: null, sessionIds: [id] }
  expect(parseEvent(fleetEvents, { type: 'KillAllRequested', data, schemaVersion: 1 })).toEqual({
    ok: true,
    data: { ...data, scope: expected },
  })
})

test.each([null, 'all', undefined])(
  'a kill-all of version 1 whose scope is %j is refused, not thrown over',
  (scope) => {
    const parsed = parseEvent(fleetEvents, { type: 'KillAllRequested', data: { scope }, schemaVersion: 1 })
    expect(parsed).toMatchObject({ ok: false, reason: { code: 'INVALID_EVENT_DATA' } })
  },
)
