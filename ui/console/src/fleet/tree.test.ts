import { expect, test } from 'vitest'
import { sessionWith } from '../../test/session-events.ts'
import { treeRows, withDescendants } from './tree.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
const lead = sessionWith({ sessionId: 'lead', name: 'lead', requestedAt: at(1) })
const writer = sessionWith({ sessionId: 'writer', name: 'writer', parentSessionId: 'lead', requestedAt: at(3) })
const fixer = sessionWith({
  sessionId: 'fixer',
  name: 'fixer',
  parentSessionId: 'lead',
  requestedAt: at(2),
  status: 'waiting',
})
const helper = sessionWith({
  sessionId: 'helper',
  name: 'helper',
  parentSessionId: 'fixer',
  requestedAt: at(4),
  status: 'killed',
})
const newer = sessionWith({ sessionId: 'newer', name: 'newer', requestedAt: at(9) })
const all = [helper, writer, lead, newer, fixer]
const everything = { text: '', show: 'all' } as const

const drawn = (...[filter, collapsed]: [Parameters<typeof treeRows>[1], string[]?]) =>
  treeRows(all, filter, new Set(collapsed)).map(({ sessionId, level }) => `${'  '.repeat(level - 1)}${sessionId}`)

test('newest roots first, children in the order they were spawned', () => {
  expect(drawn(everything)).toEqual(['newer', 'lead', '  fixer', '    helper', '  writer'])
})

test('a closed row hides what is below it, and says how much', () => {
  expect(drawn(everything, ['fixer'])).toEqual(['newer', 'lead', '  fixer', '  writer'])
  const row = treeRows(all, everything, new Set(['lead'])).find(({ sessionId }) => sessionId === 'lead')
  expect(row).toMatchObject({ children: 2, expanded: false, setSize: 2, positionInSet: 2 })
})

test('a match keeps its ancestors and opens what is closed', () => {
  expect(drawn({ text: 'HELP', show: 'all' }, ['lead'])).toEqual(['lead', '  fixer', '    helper'])
  expect(drawn({ text: '', show: 'waiting' })).toEqual(['lead', '  fixer'])
  expect(drawn({ text: '', show: 'ended' })).toEqual(['lead', '  fixer', '    helper'])
})

test('a session whose parent is not here is a root', () => {
  const orphan = sessionWith({ sessionId: 'orphan', parentSessionId: 'elsewhere' })
  expect(treeRows([orphan], everything, new Set())).toMatchObject([{ sessionId: 'orphan', level: 1 }])
})

test('descendants come parents first', () => {
  expect(withDescendants(all, 'lead').map(({ sessionId }) => sessionId)).toEqual(['lead', 'fixer', 'helper', 'writer'])
})
