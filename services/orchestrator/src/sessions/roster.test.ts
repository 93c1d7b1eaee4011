import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import type { KillScope } from '@mosaic/contracts/fleet'
import { expect, test } from 'vitest'
import type { Observed } from '../journal/observed.ts'
import { livingInScope } from '../features/fleet/in-scope.ts'
import { spec } from '../../test/session-samples.ts'
import { RosterFold } from './roster.ts'

const id = (number: number) => `01890000-0000-7000-8000-00000000000${number}`

const observed = (
  sessionId: string,
  revision: number,
  event: AgentSessionEvent,
  workspaceId = 'default',
): Observed => ({
  event,
  sessionId,
  revision,
  position: String(revision),
  occurredAt: new Date(Date.UTC(2026, 0, 1, 0, 0, Number(sessionId.at(-1)))),
  workspaceId,
  actor: { kind: 'system', id: 'test' },
})

const spawned = (
  sessionId: string,
  over: Partial<Extract<AgentSessionEvent, { type: 'AgentSpawnRequested' }>['data']> = {},
  workspaceId?: string,
) =>
  observed(
    sessionId,
    0,
    { type: 'AgentSpawnRequested', data: { ...spec, missionId: id(9), sessionId, ...over } },
    workspaceId,
  )
const killed = (sessionId: string, revision = 1) =>
  observed(sessionId, revision, { type: 'AgentKilled', data: { sessionId, latencyMs: 1, proof: 'kernel' } })

const rosterOf = (...events: Observed[]) => {
  const roster = new RosterFold()
  for (const event of events) roster.apply(event)
  return roster
}

test('sessions stand under those that spawned them', () => {
  const roster = rosterOf(
    spawned(id(1)),
    spawned(id(2), { parentSessionId: id(1) }),
    spawned(id(3), { parentSessionId: id(2) }),
    spawned(id(4), { parentSessionId: id(7) }),
  )
  expect(roster.tree('default')).toMatchObject([
    { sessionId: id(4), children: [] },
    { sessionId: id(1), children: [{ sessionId: id(2), children: [{ sessionId: id(3) }] }] },
  ])
  roster.apply(killed(id(2)))
  expect(roster.below(id(1)).map(({ summary }) => summary.sessionId)).toEqual([id(2), id(3)])
  expect(roster.children(id(1)).map(({ summary }) => summary.sessionId)).toEqual([id(2)])
})

const idsIn = (roster: RosterFold) => [...roster.entries()].map(({ summary }) => summary.sessionId)
const released = (sessionId: string, revision = 2) =>
  observed(sessionId, revision, {
    type: 'AgentResourcesReleased',
    data: { sessionId, sandboxRemoved: true, worktreeRemoved: true, leftWork: null },
  })

test('an ended session is kept while another of its mission lives, and forgotten with the last of them', () => {
  const mission = [spawned(id(1)), spawned(id(2), { parentSessionId: id(1) }), spawned(id(3), { missionId: id(7) })]
  const roster = rosterOf(...mission, killed(id(2)), released(id(2)))
  roster.forgetOver(id(2))
  expect(idsIn(roster)).toEqual([id(1), id(2), id(3)])
  roster.apply(killed(id(1)))
  roster.forgetOver(id(1))
  expect(idsIn(roster), 'the parent has not given back what it holds').toEqual([id(1), id(3)])
  roster.apply(released(id(1)))
  roster.forgetOver(id(1))
  expect(idsIn(roster)).toEqual([id(3)])
})

test('what it keeps goes through JSON and back', () => {
  const before = rosterOf(spawned(id(1)), spawned(id(2), { parentSessionId: id(1) }), killed(id(2)), released(id(2)))
  const after = new RosterFold()
  after.restore(JSON.parse(JSON.stringify(before.state)))
  expect(after.state).toEqual(before.state)
  expect(after.tree('default')).toEqual(before.tree('default'))
  after.apply(killed(id(1)))
  after.apply(released(id(1)))
  after.forgetOver(id(1))
  expect(after.state).toEqual([])
})

test('an event that comes twice, or late, changes nothing', () => {
  const roster = rosterOf(spawned(id(1)))
  const changes: string[] = []
  roster.onChange((sessionId) => changes.push(sessionId))
  expect(roster.apply(killed(id(1), 5))).toBe(true)
  expect(roster.apply(killed(id(1), 5))).toBe(false)
  expect(roster.apply(observed(id(1), 4, { type: 'AgentPaused', data: { sessionId: id(1) } }))).toBe(false)
  expect(roster.get(id(1))?.summary).toMatchObject({ status: 'killed', revision: 5 })
  expect(changes).toEqual([id(1)])
})

test('a kill-all hits the live sessions of its scope', () => {
  const roster = rosterOf(
    spawned(id(1)),
    spawned(id(2), {
      taskSource: 'external',
      runtime: { kind: 'internal', modelProvider: 'anthropic', model: 'claude', maxTurns: 2 },
    }),
    spawned(id(3)),
    spawned(id(4), {}, 'other'),
    killed(id(3)),
  )
  expect(livingInScope(roster, 'default', { kind: 'all' })).toEqual([id(1), id(2)])
  expect(livingInScope(roster, 'default', { kind: 'runtime', runtime: 'internal' })).toEqual([id(1), id(2)])
  expect(livingInScope(roster, 'default', { kind: 'modelProvider', modelProvider: 'anthropic' })).toEqual([id(2)])
})

test('a kill-all of a mission, a tree or a worker hits those who belong to it, also below one that has ended', () => {
  const claimed = observed(id(3), 2, { type: 'SessionClaimed', data: { sessionId: id(3), ownerId: id(9), epoch: 1 } })
  const roster = rosterOf(
    spawned(id(1), { missionId: id(7) }),
    spawned(id(2), { missionId: id(7), parentSessionId: id(1) }),
    spawned(id(3), { missionId: id(7), parentSessionId: id(2) }),
    spawned(id(4), { missionId: id(8) }),
    killed(id(2)),
    claimed,
  )
  const hit = (scope: KillScope) => livingInScope(roster, 'default', scope)
  expect(hit({ kind: 'mission', missionId: id(7) })).toEqual([id(1), id(3)])
  expect(hit({ kind: 'subtree', sessionId: id(2) })).toEqual([id(3)])
  expect(hit({ kind: 'subtree', sessionId: id(1) })).toEqual([id(1), id(3)])
  expect(hit({ kind: 'worker', workerId: id(9) })).toEqual([id(3)])
})

test('who has a place and who waits for one is counted as it changes', () => {
  const claimed = (sessionId: string, ownerId: string, revision: number, epoch = 1) =>
    observed(sessionId, revision, { type: 'SessionClaimed', data: { sessionId, ownerId, epoch } })
  const queued = observed(id(2), 1, { type: 'AgentQueued', data: { sessionId: id(2), live: 1, most: 1 } })
  const roster = rosterOf(spawned(id(1)), claimed(id(1), id(8), 1), spawned(id(2)), queued)
  const counts = () => [roster.placed(), roster.placed(id(8)), roster.placed(id(7)), roster.waiting().length]
  expect(counts()).toEqual([1, 1, 0, 1])
  roster.apply(claimed(id(1), id(7), 2, 2))
  expect(counts(), 'another owner').toEqual([1, 0, 1, 1])
  roster.apply(claimed(id(2), id(7), 2))
  expect(counts(), 'its turn has come').toEqual([2, 0, 2, 0])
  roster.apply(killed(id(1), 3))
  expect(counts(), 'one has ended').toEqual([1, 0, 1, 0])
  const again = new RosterFold()
  again.restore(roster.state)
  expect([again.placed(), again.placed(id(7)), again.ofMission(id(9)).length]).toEqual([1, 1, 2])
})
