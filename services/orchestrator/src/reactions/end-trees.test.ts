import type { NewEvent } from '@mosaic/event-store'
import { uuidv5 } from '@mosaic/event-store'
import { entriesOf } from '@mosaic/reactions'
import { expect, test } from 'vitest'
import { endTrees } from './end-trees.ts'
import { begin } from '@mosaic/reactions'
import { ada, asked, facts, id, kept, logged } from '@mosaic/kit'

const { spawned, killRequested, terminateRequested, killed, completed } = facts
const [root, child, grandchild, other] = [id(1), id(2), id(3), id(4)]
const tree = [
  spawned(root),
  spawned(child, { parentSessionId: root }),
  spawned(grandchild, { parentSessionId: child }),
  spawned(other),
]
const hit = (...events: NewEvent[]) => asked(endTrees, ...events).map((command) => [command.command.type, command.id])

test('a kill with its tree kills all that live below: the same person’s, by the ids and at the moment of the request', () => {
  const events = logged(...tree, killRequested(root, null, true))
  const running = begin(endTrees)
  const { commandId, occurredAt } = events.at(-1)!.metadata
  expect(events.map((event) => running.take(event)).at(-1)).toEqual(
    [child, grandchild].map((sessionId) => ({
      to: 'agentSession',
      id: sessionId,
      command: { type: 'KillAgent', reason: null, killAllId: null, tree: true },
      key: sessionId,
      commandId: uuidv5(`${commandId}/tree/${sessionId}`),
      actor: ada,
      occurredAt,
    })),
  )
})

test('a kill of one alone kills nobody else', () => {
  expect(hit(...tree, killRequested(root))).toEqual([])
})

test('those below one that has ended already are reached, and nobody who has ended', () => {
  expect(hit(...tree, completed(child), killRequested(root, null, true))).toEqual([['KillAgent', grandchild]])
  expect(hit(...tree, killed(grandchild), killRequested(root, null, true))).toEqual([['KillAgent', child]])
})

test('who was spawned below between the request and its own kill is reached by that', () => {
  const late = spawned(id(5), { parentSessionId: child })
  const events = [...tree, killRequested(root, null, true), late, killRequested(child, null, true)]
  expect(hit(...events)).toContainEqual(['KillAgent', id(5)])
})

test('a termination of a tree terminates those below, and those that are spawned behind it until its end', () => {
  const request = terminateRequested(root, true)
  const late = spawned(id(5), { parentSessionId: root })
  expect(hit(...tree, request)).toEqual([
    ['TerminateAgent', child],
    ['TerminateAgent', grandchild],
  ])
  expect(hit(...tree, request, late)).toEqual([['TerminateAgent', id(5)]])
  expect(hit(...tree, request, completed(root, 'terminated'), late)).toEqual([])
  expect(hit(...tree, terminateRequested(root), late)).toEqual([])
})

test('an ended session is kept for as long as somebody lives below it', () => {
  const living = entriesOf(kept(endTrees, ...tree, completed(root), completed(other)))
  expect(living.map(([sessionId]) => sessionId)).toEqual([root, child, grandchild])
  expect(kept(endTrees, ...tree, completed(root), completed(other), completed(child), killed(grandchild))).toEqual({})
})
