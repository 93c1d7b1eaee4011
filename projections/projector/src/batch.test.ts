import type { ReadItem } from '@mosaic/event-store'
import { everySessionEvent, testLog } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { concerning } from './batch.ts'
import { recordOf } from './parked.ts'
import { allProjections } from './projections.ts'

const dashboard = allProjections.find((projection) => projection.name === 'dashboard')!
const sessionId = '0190d1c8-0000-7000-8000-000000000001'
const events = (streamId: string) =>
  testLog()
    .add(streamId, everySessionEvent(sessionId))
    .map((event): ReadItem & { kind: 'event' } => ({
      kind: 'event',
      event,
      raw: { ...event, contentType: 'application/json', preparePosition: event.position },
    }))
const broken = (items: ReturnType<typeof events>, type: string): ReadItem => ({
  kind: 'quarantined',
  record: { ...items[0]!.raw, type },
  reason: { code: 'INVALID_EVENT_DATA', message: 'no' },
})

test('a projection gets the types that it handles, of the categories that concern it', () => {
  const items = concerning(dashboard, [...events(`agentSession-${sessionId}`), ...events('mirror_agentSession-1')])
  const records = items.map(recordOf)
  expect(new Set(records.map((record) => record.type))).toEqual(new Set(dashboard.handles))
  expect(records.every((record) => record.streamId.startsWith('agentSession-'))).toBe(true)
})

test('what cannot be read concerns it when it handles the type, or when nobody knows the type', () => {
  const own = events(`agentSession-${sessionId}`)
  const types = ['AgentKilled', 'ToolInvoked', 'AgentDreamed']
  const items = concerning(dashboard, [
    ...types.map((type) => broken(own, type)),
    broken(events('invoice-1'), 'AgentDreamed'),
  ])
  expect(items.map((item) => recordOf(item).type)).toEqual(['AgentKilled', 'AgentDreamed'])
})

test('every projection has a name, a version and a table with a key', () => {
  for (const { name, version, handles, tables } of allProjections) {
    expect(name).toMatch(/^[a-z][a-z0-9-]{0,63}$/)
    expect(version).toBeGreaterThan(0)
    expect(handles.length).toBeGreaterThan(0)
    expect(Object.values(tables).every((table) => table.key.length > 0)).toBe(true)
  }
})
