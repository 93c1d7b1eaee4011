import { type NewEvent, uuidv5 } from '@mosaic/event-store'
import { ada, asked, facts, id, kept } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { killAll } from './kill-all.ts'

const {
  spawned,
  claimed,
  killRequested,
  killed,
  completed,
  failed,
  frozen,
  unfrozen,
  killAllRequested,
  killAllRequestedIn,
} = facts
const [one, two, killAllId, other] = [id(1), id(2), id(3), id(4)]
const both = [spawned(one), spawned(two)]
const request = killAllRequested(killAllId, one, two)

const kill = (sessionId: string) => ({
  to: 'agentSession',
  id: sessionId,
  command: { type: 'KillAgent', reason: 'fire', killAllId, tree: false },
  key: sessionId,
  commandId: uuidv5(`${killAllId}/${sessionId}`),
  actor: ada,
})
/** What the request itself asks for was asked for then; facts are a second apart. */
const asAsked = (sessionId: string, order: number) => ({
  ...kill(sessionId),
  occurredAt: new Date(Date.UTC(2026, 0, 2, 3, 4, 5 + order)).toISOString(),
})
const complete = (durationMs: number, ...killedOnes: string[]) => ({
  to: 'fleet',
  id: 'default',
  command: { type: 'CompleteKillAll', killAllId, killed: killedOnes, durationMs },
  key: killAllId,
  commandId: uuidv5(`${killAllId}/completed`),
})

// Facts are a second apart.
test.each<[string, NewEvent[], unknown[]]>([
  ['kills each session on behalf of who asked for it', [...both, request], [asAsked(one, 2), asAsked(two, 2)]],
  ['passes over a session that has ended', [...both, completed(one), request], [asAsked(two, 3)]],
  ['is complete at once when there is nobody to kill', [...both, killAllRequested(killAllId)], [complete(0)]],
  [
    'is complete at once when all have ended',
    [spawned(one), failed(one), killAllRequested(killAllId, one)],
    [complete(0)],
  ],
  ['waits for the last of its sessions', [...both, request, killRequested(one, killAllId), killed(one)], []],
  [
    'is complete when the last has ended',
    [...both, request, killRequested(one, killAllId), killRequested(two, killAllId), killed(two), killed(one)],
    [complete(4000, two, one)],
  ],
  [
    'counts as killed only whom its own kill has ended',
    [...both, killRequested(one), request, killRequested(two, killAllId), killed(one), completed(two)],
    [complete(3000)],
  ],
  ['does not wait for sessions of others', [...both, killAllRequested(killAllId, one), killed(two)], []],
  ['has nothing to do with other ends', [...both, completed(one)], []],
])('a kill-all %s', (_, events, commands) => {
  expect(asked(killAll, ...events)).toEqual(commands)
})

test('two kill-alls of the same sessions both come to their end', () => {
  const events = [
    spawned(one),
    killAllRequested(killAllId, one),
    killAllRequested(other, one),
    killRequested(one, other),
  ]
  expect(asked(killAll, ...events, killed(one)).map(({ command }) => command)).toEqual([
    { type: 'CompleteKillAll', killAllId, killed: [], durationMs: 3000 },
    { type: 'CompleteKillAll', killAllId: other, killed: [one], durationMs: 2000 },
  ])
})

test('nothing is kept of sessions and kill-alls that have come to their end', () => {
  expect(kept(killAll, ...both, request, killRequested(one, killAllId), killed(one), killed(two))).toEqual({
    live: {},
    frozen: {},
    open: {},
  })
})

const freeze = frozen(killAllId)

test('a kill-all hits also whom its request did not know, when the spawn stands before the freeze', () => {
  expect(asked(killAll, ...both, freeze, killAllRequested(killAllId))).toEqual([asAsked(one, 3), asAsked(two, 3)])
})

test('what is spawned behind the freeze is killed, and the kill-all waits for it', () => {
  const late = [spawned(one), freeze, request, spawned(two)]
  expect(asked(killAll, ...late)).toEqual([kill(two)])
  const ends = [killRequested(one, killAllId), killed(one), killRequested(two, killAllId), killed(two)]
  expect(asked(killAll, ...late, ...ends)).toEqual([complete(5000, one, two)])
})

test('what is spawned behind a kill-all that is complete is killed all the same, until the fleet is unfrozen', () => {
  const over = [freeze, killAllRequested(killAllId)]
  expect(asked(killAll, ...over, spawned(one))).toEqual([kill(one)])
  expect(asked(killAll, ...over, unfrozen, spawned(one))).toEqual([])
})

test('a freeze without a kill-all lets live whom it finds, and ends what slips in behind it', () => {
  expect(asked(killAll, ...both, frozen(null))).toEqual([])
  expect(asked(killAll, frozen(null), spawned(one))).toEqual([
    {
      to: 'agentSession',
      id: one,
      command: { type: 'KillAgent', reason: 'fire', killAllId: null, tree: false },
      key: one,
      actor: ada,
    },
  ])
})

test('a freeze of one provider lets the others spawn', () => {
  expect(asked(killAll, frozen(null, { kind: 'modelProvider', modelProvider: 'elsewhere' }), spawned(one))).toEqual([])
})

test('a freeze of a tree ends what is spawned anywhere below it, and lets the others spawn', () => {
  const below = spawned(other, { parentSessionId: two })
  const tree = [spawned(one), spawned(two, { parentSessionId: one }), frozen(null, { kind: 'subtree', sessionId: one })]
  expect(asked(killAll, ...tree, below).map(({ id: hit }) => hit)).toEqual([other])
  expect(asked(killAll, ...tree, spawned(other))).toEqual([])
})

test('a freeze of a worker ends what begins there, and not what it takes over from another', () => {
  const frozenWorker = [spawned(one), frozen(killAllId, { kind: 'worker', workerId: id(9) })]
  expect(asked(killAll, ...frozenWorker, claimed(one, id(9)))).toEqual([kill(one)])
  expect(asked(killAll, ...frozenWorker, claimed(one, id(8)))).toEqual([])
  expect(asked(killAll, ...frozenWorker, claimed(one, id(9), 2))).toEqual([])
})

test('a kill-all of a mission hits its sessions and no others', () => {
  const scope = { kind: 'mission', missionId: other } as const
  const living = [spawned(one, { missionId: other }), spawned(two, { missionId: id(5) }), frozen(killAllId, scope)]
  expect(asked(killAll, ...living, killAllRequestedIn(killAllId, scope))).toEqual([asAsked(one, 3)])
})
