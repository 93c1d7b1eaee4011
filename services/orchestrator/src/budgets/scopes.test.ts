import { expect, test } from 'vitest'
import type { RosterEntry } from '../sessions/roster.ts'
import { scopesOf } from './scopes.ts'

const member = (name: string, parent: string | null = null, reviewed: string | null = null) => ({
  sessionId: `session-of-${name}`,
  parentSessionId: parent && `session-of-${parent}`,
  taskId: `task-of-${name}`,
  missionId: 'the-mission',
  reviews: reviewed === null ? null : { sessionId: `session-of-${reviewed}`, checkId: 'c', commit: 'c' },
})
const rosterOf = (...members: ReturnType<typeof member>[]) => ({
  get: (id: string) =>
    members.filter(({ sessionId }) => sessionId === id).map((session) => ({ session }) as RosterEntry)[0],
})
const names = (scopes: ReturnType<typeof scopesOf>) => scopes.map(({ kind, id }) => `${kind} ${id}`)

test('children count for whoever spawned them, reviewers for whom they review, all for mission and workspace', () => {
  const roster = rosterOf(member('root'), member('child', 'root'))
  expect(names(scopesOf(member('reviewer', null, 'child'), 'team', roster))).toEqual([
    'session session-of-reviewer',
    'session session-of-child',
    'session session-of-root',
    'task task-of-reviewer',
    'task task-of-child',
    'task task-of-root',
    'mission the-mission',
    'workspace team',
  ])
})

test('sessions that name each other end somewhere', () => {
  const roster = rosterOf(member('a', 'b'), member('b', 'a'))
  expect(names(scopesOf(member('a', 'b'), 'team', roster))).toHaveLength(6)
})
