import { expect, test } from 'vitest'
import { detachKeys } from './detach-keys.ts'

test.each([
  [['ls\r'], 'ls\r', false],
  [['\u0010', '\u0011', 'more'], '', true],
  [['a\u0010\u0011b'], 'a', true],
  [['\u0010', 'x'], '\u0010x', false],
  [['\u0010', '\u0010', '\u0011'], '\u0010', true],
  [['\u0011'], '\u0011', false],
])('%j types %j, and leaves: %s', (keys, typed, leaves) => {
  let [text, hasLeft] = ['', false]
  const take = detachKeys({ type: (more) => (text += more), leave: () => (hasLeft = true) })
  for (const key of keys) if (!hasLeft) take(key)
  expect([text, hasLeft]).toEqual([typed, leaves])
})
