import { type NewEvent, uuidv5 } from '@mosaic/event-store'
import { ada, asked, facts, id, kept } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { killOrphans } from './kill-orphans.ts'

const { spawned, killRequested, killed, released } = facts
const [parent, child, killAllId] = [id(1), id(2), id(3)]
const child1 = spawned(child, { parentSessionId: parent })

test.each<[string, NewEvent, string | null, string]>([
  ['by itself', killRequested(parent), null, uuidv5(`orphan/${child}`)],
  ['by a kill-all', killRequested(parent, killAllId), killAllId, uuidv5(`${killAllId}/${child}`)],
])(
  'a child of a parent that is being killed %s is killed on behalf of the same person',
  (_, kill, ofKillAll, commandId) => {
    const command = { type: 'KillAgent', reason: null, killAllId: ofKillAll, tree: false }
    expect(asked(killOrphans, spawned(parent), kill, child1)).toEqual([
      { to: 'agentSession', id: child, command, key: child, commandId, actor: ada },
    ])
    expect(asked(killOrphans, spawned(parent), kill, killed(parent), child1)).toHaveLength(1)
  },
)

test('children from before a kill go on, and so do those of whom nobody kills', () => {
  expect(asked(killOrphans, spawned(parent), child1)).toEqual([])
  expect(asked(killOrphans, spawned(parent), child1, killRequested(parent))).toEqual([])
  expect(asked(killOrphans, spawned(parent), killRequested(parent), spawned(child))).toEqual([])
})

test('nothing is kept of a killed session that has given back what it held', () => {
  expect(kept(killOrphans, spawned(parent), killRequested(parent), killed(parent), released(parent))).toEqual({})
})
