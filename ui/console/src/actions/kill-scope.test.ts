import { expect, test } from 'vitest'
import { hitBy, scopeChoices } from './kill-scope.ts'

const one = {
  sessionId: 'a',
  parentSessionId: null,
  missionId: 'm',
  name: 'Lead',
  status: 'running',
  agent: null,
  provider: null,
} as const
const ours = { runtime: 'internal', modelProvider: 'scripted' }
const sessions = [
  { ...one, ...ours },
  { ...one, ...ours, sessionId: 'b', parentSessionId: 'a', name: 'Fixer', modelProvider: 'anthropic' },
  { ...one, ...ours, sessionId: 'c', missionId: 'other', runtime: 'acp', agent: 'opencode', modelProvider: null },
  { ...one, ...ours, sessionId: 'd', parentSessionId: 'b', status: 'completed' as const, modelProvider: 'gone' },
]

test('each scope counts the live agents that it would hit', () => {
  expect(scopeChoices(sessions).map(({ name, hit }) => [name, hit])).toEqual([
    ['Every agent', 3],
    ['Agents of other makers (opencode)', 1],
    ["Mosaic's own agents", 2],
    ['Agents on anthropic', 1],
    ['Agents on scripted', 1],
    ['The mission of Lead', 2],
  ])
})

test('what a runtime runs is named after what people know, with whose it is', () => {
  const alone = { ...one, modelProvider: null }
  const at = (name: string) => ({ providerId: name, name, sessionKey: 'k' })
  const various = [
    { ...alone, sessionId: 'a', missionId: 'a', runtime: 'pty' },
    { ...alone, sessionId: 'b', missionId: 'b', runtime: 'openclaw', provider: at('lab') },
    { ...alone, sessionId: 'c', missionId: 'c', runtime: 'openclaw', provider: at('house') },
    { ...alone, sessionId: 'd', missionId: 'd', runtime: 'acp', agent: 'opencode' },
    { ...alone, sessionId: 'e', missionId: 'e', runtime: 'acp', agent: 'claude-code' },
    { ...alone, sessionId: 'f', missionId: 'f', runtime: 'unheard-of' },
  ]
  expect(scopeChoices(various).map(({ name, hit }) => [name, hit])).toEqual([
    ['Every agent', 6],
    ['Agents of other makers (claude-code, opencode)', 2],
    ['Agents at an OpenClaw gateway (house, lab)', 2],
    ['Terminals', 1],
    ['Agents that unheard-of runs', 1],
  ])
})

test('a tree is an agent with all that live below it', () => {
  const below = (sessionId: string) => hitBy({ kind: 'subtree', sessionId }, sessions).map(({ sessionId: hit }) => hit)
  expect([below('a'), below('b'), below('c'), below('d')]).toEqual([['a', 'b'], ['b'], ['c'], []])
})
