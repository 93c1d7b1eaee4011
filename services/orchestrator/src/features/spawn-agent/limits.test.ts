import { expect, test } from 'vitest'
import { limitReached, type Relatives } from './limits.ts'

const limits = { depth: 3, children: 2, mission: 4 }
const asked: Relatives = { missionId: 'm', parentSessionId: 'p' }
const alive = (count: number, over: Partial<Relatives> = {}) =>
  Array.from({ length: count }, (): Relatives => ({ missionId: 'm', parentSessionId: null, ...over }))

test.each([
  ['the first of its mission', 1, []],
  ['on the last level', 3, []],
  ['beside one sibling', 2, alive(1, { parentSessionId: 'p' })],
  ['beside the children of others', 2, alive(3, { parentSessionId: 'q' })],
  ['beside other missions', 2, alive(9, { missionId: 'n' })],
])('an agent is taken %s', (_, depth, living) => {
  expect(limitReached(limits, { depth, asked, living })).toBeUndefined()
})

test.each([
  ['depth', 4, [], 3, 'MOSAIC_LIMIT_DEPTH'],
  ['children', 2, alive(2, { parentSessionId: 'p' }), 2, 'MOSAIC_LIMIT_CHILDREN'],
  ['mission', 2, alive(4), 4, 'MOSAIC_LIMIT_MISSION'],
])('one too many is refused by name, with the setting that says so: %s', (limit, depth, living, most, variable) => {
  expect(limitReached(limits, { depth, asked, living })).toEqual({
    code: 'SPAWN_LIMIT_REACHED',
    message: expect.stringContaining(`by starting Mosaic with ${variable} set above ${most}`),
    details: { limit, most, variable },
  })
})

test('agents without a parent are nobody’s children, however many', () => {
  const living = alive(3, { missionId: 'n' })
  expect(limitReached(limits, { depth: 1, asked: { missionId: 'm', parentSessionId: null }, living })).toBeUndefined()
})
