import { expect, test } from 'vitest'
import { RosterFold } from '../sessions/roster.ts'
import { beginReactions } from './index.ts'
import { defineFold } from './reaction.ts'
import { begin } from './running.ts'
import { followedTypes } from './subscription.ts'

const all = [new RosterFold(), ...Object.values(beginReactions())]

test('the log is followed for what happens to a session, not for what is said in it', () => {
  expect(followedTypes(all)).toEqual(
    expect.arrayContaining(['AgentKillRequested', 'AgentResourcesReleased', 'TaskCompleted', 'KillAllCompleted']),
  )
  expect(followedTypes(all)).not.toContain('MessageRecorded')
  expect(followedTypes(all)).not.toContain('OperatorSignedIn')
})

test('a reaction to the bulk of the log, or to what no command brings about, compiled and never heard of it', () => {
  const handles = ['ToolInvoked', 'OperatorSignedIn'] as const
  const counting = begin(
    defineFold({ name: 'counting', version: 1, handles, initial: 0, evolve: (count) => count + 1 }),
  )
  expect(followedTypes([...all, counting])).toEqual(expect.arrayContaining([...handles]))
})
