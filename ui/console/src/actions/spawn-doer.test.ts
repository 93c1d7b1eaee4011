import { expect, test } from 'vitest'
import { type Doer, doerChoice, doerOf, otherDoers } from './spawn-doer.ts'

test.each<Doer>([
  { kind: 'own' },
  { kind: 'terminal' },
  { kind: 'preset', name: 'claude-code' },
  { kind: 'provider', runtime: 'openclaw', name: 'house' },
])('%j is read as it was written', (doer) => expect(doerOf(doerChoice(doer))).toEqual(doer))

const provider = { kind: 'openclaw', isActive: true, state: 'active' } as const

test('providers that are off are not offered, and of one that cannot be spoken with it is said', () => {
  const providers = [
    { ...provider, name: 'house' },
    { ...provider, name: 'lab', state: 'unreachable' as const },
    { ...provider, name: 'old', isActive: false, state: 'off' as const },
  ]
  const presets = [{ name: 'opencode', title: 'opencode', state: 'absent' as const }]
  const words = otherDoers(presets, providers).map(({ title, options }) => [title, options.map(({ word }) => word)])
  expect(words).toEqual([
    ['Agents of other makers', ['opencode (not installed)']],
    ['Terminals', ['A program in a terminal']],
    ['Providers', ['house', 'lab (unreachable)']],
  ])
  expect(otherDoers([], []).map(({ title }) => title)).toEqual(['Terminals'])
})
