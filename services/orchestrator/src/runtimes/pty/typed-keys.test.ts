import { expect, test, vi } from 'vitest'
import { isShown, lettersOf, type Typed, TypedKeys } from './typed-keys.ts'

const [ada, grace] = ['ada', 'grace'].map((operatorId) => ({ operatorId, operatorName: operatorId })) as [
  { operatorId: string; operatorName: string },
  { operatorId: string; operatorName: string },
]

function keysOf(add: (keys: TypedKeys) => void): (string | number | null)[][] {
  const told: Typed[] = []
  const keys = new TypedKeys((typed) => told.push(typed))
  add(keys)
  keys.flush()
  return told.map(({ operatorId, text, characters }) => [operatorId, text, characters])
}

test('a line is told as a whole, what was not shown by its length, each person’s by itself', () => {
  const told = keysOf((keys) => {
    for (const key of 'ls\r') keys.add(ada, key, true)
    for (const key of 'hunter2') keys.add(ada, key, false)
    keys.add(ada, '\r', true)
    keys.add(ada, 'x', true)
    keys.add(grace, 'y', true)
  })
  expect(told).toEqual([
    ['ada', 'ls\r', 3],
    ['ada', null, 7],
    ['ada', '\r', 1],
    ['ada', 'x', 1],
    ['grace', 'y', 1],
  ])
})

test('what does not end is told a second after it began', () => {
  vi.useFakeTimers()
  const told: Typed[] = []
  const keys = new TypedKeys((typed) => told.push(typed))
  keys.add(ada, 'j', true)
  vi.advanceTimersByTime(999)
  expect(told).toEqual([])
  vi.advanceTimersByTime(1)
  expect(told).toHaveLength(1)
  vi.useRealTimers()
})

test.each([
  ['echoes', 'ls', '$ ', '$ ', true],
  ['hides', 'secret', '', 'secret', false],
  ['hides', ' ', '', ' ', false],
  ['raw', 'l', '$ all', '$ all', false],
  ['raw', 'l', '$ al', '$ all', true],
  ['raw', 's', 'Password: ', 'Password: *', false],
  ['raw', '\u001b[A', '', '', true],
  ['raw', '\u0003', '', '', true],
] as const)('where it %s, of %j (before: %j, now: %j) it may be told: %s', (mode, text, before, now, may) => {
  expect(isShown(mode, text, { before, now })).toBe(may)
})

test('keys that make no letters are none', () => {
  expect(lettersOf('a\u001b[1;5Ab\u001bOPc\u001b[200~d\r')).toBe('abcd')
})
