import { expect, test } from 'vitest'
import type { Action } from './registry.ts'
import { actionOf } from './shortcuts.ts'

const action = (name: string, keys?: Action['keys']): Action => ({ name, run: () => {}, ...(keys && { keys }) })
const actions = [
  action('Go to Mission Control', ['g', 'm']),
  action('Kill the selected agent', ['x']),
  action('Theme: dark'),
  action('Kill this agent', ['x']),
]

test.each([
  [['g', 'm'], 'Go to Mission Control'],
  [['x'], 'Kill this agent'],
  [['m'], undefined],
  [['g'], undefined],
  [['g', 'x'], undefined],
])('%j is %s', (pressed, name) => expect(actionOf(pressed, actions)?.name).toBe(name))
