import type { NewEvent } from '@mosaic/event-store'
import { facts, logged } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { Lineage, type Member } from './lineage.ts'
import { scopesOf } from './scopes.ts'

type Over = { readonly parent?: string; readonly reviewed?: string; readonly before?: string; readonly task?: string }

const member = (name: string, { parent, reviewed, before, task = name }: Over = {}): Member => ({
  sessionId: `session-of-${name}`,
  parentSessionId: parent === undefined ? null : `session-of-${parent}`,
  predecessor: before === undefined ? null : { sessionId: `session-of-${before}`, how: 'continued' },
  taskId: `task-of-${task}`,
  missionId: 'the-mission',
  reviews: reviewed === undefined ? null : { sessionId: `session-of-${reviewed}`, checkId: 'c', commit: 'c' },
})

/** Sessions of which nobody but their logs knows, and how often these are read. */
function world(...members: Member[]) {
  let reads = 0
  const lineage = new Lineage({
    async *readStream(streamId: string) {
      reads += 1
      const found = members.find(({ sessionId }) => streamId === `agentSession-${sessionId}`)
      if (!found) return
      const event: NewEvent = facts.spawned(found.sessionId, found)
      yield* logged(event).map((each) => ({ kind: 'event' as const, event: each, raw: {} as never }))
    },
  })
  const signal = new AbortController().signal
  const names = async (session: Member) =>
    scopesOf(await lineage.of(session, signal), 'team').map(({ kind, id }) => `${kind} ${id}`)
  return { names, reads: () => reads }
}

test('children count for whoever spawned them, reviewers for whom they review, all for mission and workspace', async () => {
  const { names } = world(member('root'), member('child', { parent: 'root' }))
  expect(await names(member('reviewer', { reviewed: 'child' }))).toEqual([
    'session session-of-reviewer',
    'session session-of-child',
    'session session-of-root',
    'task task-of-reviewer',
    'task task-of-child',
    'task task-of-root',
    'mission the-mission',
    'workspace team',
  ])
})

test('an agent that was continued spent beside the budgets of its task and of the session that it goes on with', async () => {
  const { names } = world(
    member('root'),
    member('first', { parent: 'root' }),
    member('second', { before: 'first' }),
    member('helper', { parent: 'third' }),
    member('third', { before: 'second' }),
  )
  expect(await names(member('third', { before: 'second' }))).toEqual([
    'session session-of-third',
    'session session-of-second',
    'session session-of-first',
    'session session-of-root',
    'task task-of-third',
    'task task-of-second',
    'task task-of-first',
    'task task-of-root',
    'mission the-mission',
    'workspace team',
  ])
  expect(await names(member('helper', { parent: 'third' })), 'nor does whom it spawns').toContain('task task-of-first')
})

test('logs are read once, and sessions that name each other end somewhere', async () => {
  const { names, reads } = world(member('a', { parent: 'b' }), member('b', { parent: 'a' }))
  expect(await names(member('a', { parent: 'b' }))).toHaveLength(6)
  await names(member('a', { parent: 'b' }))
  expect(reads()).toBe(1)
})
