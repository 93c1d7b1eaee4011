import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import type { Observed } from '../journal/journal.ts'
import { sessionsInScope } from '../features/kill-all/in-scope.ts'
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
    {
      type: 'AgentSpawnRequested',
      data: {
        sessionId,
        parentSessionId: null,
        missionId: id(9),
        taskId: id(8),
        taskSource: 'internal',
        agentType: 'worker',
        name: 'worker',
        task: 'do it',
        runtime: { kind: 'internal', modelProvider: 'scripted', model: 'scripted:hello', maxTurns: 2 },
        workplace: { kind: 'worktree', repository: '/r', baseBranch: 'main', sandbox: null },
        ...over,
      },
    },
    workspaceId,
  )
const killed = (sessionId: string, revision = 1) =>
  observed(sessionId, revision, { type: 'AgentKilled', data: { sessionId, latencyMs: 1, proof: 'kernel' } })

const rosterOf = (...events: Observed[]) => {
  const roster = new RosterFold()
  for (const event of events) roster.apply(event)
  return roster
}

test('sessions are listed newest first, of one workspace, and by status', () => {
  const roster = rosterOf(spawned(id(1)), spawned(id(2)), spawned(id(3), {}, 'other'), killed(id(1)))
  const ids = (filter: Parameters<RosterFold['list']>[0]) => roster.list(filter).map(({ sessionId }) => sessionId)
  expect(ids({ workspaceId: 'default' })).toEqual([id(2), id(1)])
  expect(ids({ workspaceId: 'default', status: 'killed' })).toEqual([id(1)])
  expect(ids({ workspaceId: 'other' })).toEqual([id(3)])
})

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
  expect(roster.children(id(1)).map(({ summary }) => summary.sessionId)).toEqual([id(2)])
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
  expect(sessionsInScope(roster, 'default', { kind: 'all' })).toEqual([id(1), id(2)])
  expect(sessionsInScope(roster, 'default', { kind: 'internal' })).toEqual([id(1), id(2)])
  expect(sessionsInScope(roster, 'default', { kind: 'model-provider', modelProvider: 'anthropic' })).toEqual([id(2)])
})
