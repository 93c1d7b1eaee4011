import { describe, expect, test } from 'vitest'
import { type Choosable, choosePanels, columnsFor, evenly, moved, resized } from './layout.ts'

const session = (sessionId: string, fields: Partial<Choosable> = {}): Choosable => ({
  sessionId,
  parentSessionId: null,
  missionId: 'm1',
  status: 'running',
  requestedAt: '2026-01-01T00:00:00.000Z',
  ...fields,
})
const lead = session('lead')
const fixer = session('fixer', { parentSessionId: 'lead', requestedAt: '2026-01-01T00:00:02.000Z' })
const writer = session('writer', { parentSessionId: 'lead', requestedAt: '2026-01-01T00:00:01.000Z' })
const done = (of: Choosable): Choosable => ({ ...of, status: 'completed' })
const later = session('later', { missionId: 'm2', requestedAt: '2026-01-02T00:00:00.000Z' })

describe('the panels that the console chooses', () => {
  test('are the live sessions of the newest mission, parents first', () => {
    expect(choosePanels([fixer, done(writer), lead], [])).toEqual(['lead', 'fixer'])
  })

  test('are all of the newest mission once it is over', () => {
    expect(choosePanels([done(fixer), done(lead)], [])).toEqual(['lead', 'fixer'])
  })

  test('stay when a session ends under the reader', () => {
    expect(choosePanels([lead, done(fixer)], ['lead', 'fixer'])).toEqual(['lead', 'fixer'])
  })

  test('stay when a session of an older mission ends', () => {
    expect(choosePanels([done(lead), later], ['later', 'lead'])).toEqual(['later', 'lead'])
  })

  test('keep what is live of an older mission when a new one begins', () => {
    expect(choosePanels([lead, done(fixer), later], ['lead', 'fixer'])).toEqual(['lead', 'later'])
  })

  test('include whoever waits for a person in an older mission', () => {
    const asks: Choosable = { ...lead, status: 'waiting' }
    expect(choosePanels([asks, fixer, later], [])).toEqual(['later', 'lead'])
  })

  test('are none while there is nothing', () => expect(choosePanels([], [])).toEqual([]))
})

test.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [6, 3],
  [12, 4],
  [30, 4],
])('%d panels stand in %d columns of a usual screen', (count, columns) => {
  expect(columnsFor(count, 1152, 800)).toBe(columns)
})

test('a narrow room has one column', () => expect(columnsFor(9, 400, 800)).toBe(1))

test('the first panel fills what the last row leaves', () => {
  expect(evenly(['a', 'b', 'c'], 2).map(({ rows }) => rows)).toEqual([2, 1, 1])
  expect(evenly(['a', 'b', 'c', 'd'], 2).map(({ rows }) => rows)).toEqual([1, 1, 1, 1])
  expect(evenly(['a', 'b'], 1).map(({ rows }) => rows)).toEqual([1, 1])
})

test('a panel moves within the grid', () => {
  const panels = evenly(['a', 'b', 'c'], 3)
  expect(moved(panels, 'a', 2).map(({ sessionId }) => sessionId)).toEqual(['b', 'c', 'a'])
  expect(moved(panels, 'c', -1).map(({ sessionId }) => sessionId)).toEqual(['c', 'a', 'b'])
})

test('a panel grows as far as the grid goes', () => {
  const panels = evenly(['a', 'b', 'c'], 3)
  expect(resized(panels, 'b', { columns: 9, rows: -9 }, 3)[1]).toEqual({ sessionId: 'b', columns: 3, rows: 1 })
})
