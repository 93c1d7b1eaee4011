import { expect, test } from 'vitest'
import { nodeArguments } from './eventstore.ts'

test.each([
  [[], ['--data', '/d/eventstore']],
  [
    ['--port', '5'],
    ['--data', '/d/eventstore', '--port', '5'],
  ],
  [
    ['--mem', '--port', '5'],
    ['--mem', '--port', '5'],
  ],
  [
    ['serve', '--port', '5'],
    ['--data', '/d/eventstore', '--port', '5'],
  ],
  [
    ['verify', '/x'],
    ['verify', '/x'],
  ],
])('%j becomes %j', (args, expected) => {
  expect(nodeArguments(args, '/d/eventstore')).toEqual(expected)
})
