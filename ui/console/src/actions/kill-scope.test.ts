import { expect, test } from 'vitest'
import { scopeChoices } from './kill-scope.ts'

test('each scope counts the live agents that it would hit', () => {
  const choices = scopeChoices([
    { status: 'running', taskSource: 'internal', provider: 'scripted' },
    { status: 'waiting', taskSource: 'external', provider: 'anthropic' },
    { status: 'completed', taskSource: 'internal', provider: 'gone' },
  ])
  expect(choices.map(({ id, hit }) => [id, hit])).toEqual([
    ['all', 2],
    ['internal', 1],
    ['provider-anthropic', 1],
    ['provider-scripted', 1],
  ])
})
