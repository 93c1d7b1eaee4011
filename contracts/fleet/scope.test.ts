import { expect, test } from 'vitest'
import { isInScope, isSameScope, type KillScope, type Scoped } from './index.ts'

const id = (n: number) => `01890000-0000-7000-8000-00000000000${n}`
const session: Scoped = {
  sessionId: id(1),
  missionId: id(2),
  runtime: 'internal',
  modelProvider: 'anthropic',
  workerId: 'one',
  ancestors: [id(4), id(3)],
}
const inside: readonly KillScope[] = [
  { kind: 'all' },
  { kind: 'mission', missionId: id(2) },
  { kind: 'runtime', runtime: 'internal' },
  { kind: 'modelProvider', modelProvider: 'anthropic' },
  { kind: 'worker', workerId: 'one' },
  { kind: 'subtree', sessionId: id(1) },
  { kind: 'subtree', sessionId: id(3) },
]
const outside: readonly KillScope[] = [
  { kind: 'mission', missionId: id(1) },
  { kind: 'runtime', runtime: 'acp' },
  { kind: 'modelProvider', modelProvider: 'scripted' },
  { kind: 'worker', workerId: 'two' },
  { kind: 'subtree', sessionId: id(2) },
]

test.each(inside)('%j means the session', (scope) => expect(isInScope(scope, session)).toBe(true))
test.each(outside)('%j does not mean the session', (scope) => expect(isInScope(scope, session)).toBe(false))

test('a scope is the same as itself, and as no other', () => {
  const all = [...inside, ...outside]
  all.forEach((one, at) => all.forEach((other, of) => expect(isSameScope(one, other)).toBe(at === of)))
})

test('what nobody has claimed yet is in no worker’s scope, and what asks no model in no provider’s', () => {
  const begun = { ...session, workerId: null, modelProvider: null }
  expect(isInScope({ kind: 'worker', workerId: 'one' }, begun)).toBe(false)
  expect(isInScope({ kind: 'modelProvider', modelProvider: 'anthropic' }, begun)).toBe(false)
})
