import { expect, test } from 'vitest'
import { hitBy, scopeChoices } from './kill-scope.ts'

const one = { sessionId: 'a', parentSessionId: null, missionId: 'm', name: 'Lead', status: 'running' } as const
const ours = { runtime: 'internal', modelProvider: 'scripted' }
const sessions = [
  { ...one, ...ours },
  { ...one, ...ours, sessionId: 'b', parentSessionId: 'a', name: 'Fixer', modelProvider: 'anthropic' },
  { ...one, ...ours, sessionId: 'c', missionId: 'other', runtime: 'acp', modelProvider: null },
  { ...one, ...ours, sessionId: 'd', parentSessionId: 'b', status: 'completed' as const, modelProvider: 'gone' },
]

test('each scope counts the live agents that it would hit', () => {
  expect(scopeChoices(sessions).map(({ name, hit }) => [name, hit])).toEqual([
    ['Every agent', 3],
    ['Agents that acp runs', 1],
    ['Agents that run here', 2],
    ['Agents on anthropic', 1],
    ['Agents on scripted', 1],
    ['The mission of Lead', 2],
  ])
})

test('a tree is an agent with all that live below it', () => {
  const below = (sessionId: string) => hitBy({ kind: 'subtree', sessionId }, sessions).map(({ sessionId: hit }) => hit)
  expect([below('a'), below('b'), below('c'), below('d')]).toEqual([['a', 'b'], ['b'], ['c'], []])
})
