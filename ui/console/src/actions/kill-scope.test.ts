import { expect, test } from 'vitest'
import { scopeChoices } from './kill-scope.ts'

test('each scope counts the live agents that it would hit', () => {
  const choices = scopeChoices([
    { status: 'running', runtime: 'internal', modelProvider: 'scripted' },
    { status: 'waiting', runtime: 'internal', modelProvider: 'anthropic' },
    { status: 'completed', runtime: 'internal', modelProvider: 'gone' },
  ])
  expect(choices.map(({ id, hit }) => [id, hit])).toEqual([
    ['all', 2],
    ['internal', 2],
    ['model-provider-anthropic', 1],
    ['model-provider-scripted', 1],
  ])
})
