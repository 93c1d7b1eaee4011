import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { fleetStream, type KillScope } from '@mosaic/contracts/fleet'
import type { Actor } from '@mosaic/contracts/kernel'
import type { LogEvent, NewEvent } from '@mosaic/event-store'
import { spawnRequested, testLog } from '@mosaic/kit'
import type { Fold, Reaction, ReactionCommand } from '../src/reactions/reaction.ts'
import { begin } from '../src/reactions/running.ts'

export const ada: Actor = { kind: 'operator', id: 'ada', name: 'Ada' }
export const id = (number: number) => `01890000-0000-7000-8000-00000000000${number}`

/** The facts that tests tell of, by short names. */
export const facts = {
  spawned: (sessionId: string, over: Parameters<typeof spawnRequested>[1] = {}) => spawnRequested(sessionId, over),
  killRequested: (sessionId: string, killAllId: string | null = null, tree = false): NewEvent => ({
    type: 'AgentKillRequested',
    data: { sessionId, reason: null, killAllId, tree },
  }),
  terminateRequested: (sessionId: string, tree = false): NewEvent => ({
    type: 'AgentTerminateRequested',
    data: { sessionId, note: 'enough', tree },
  }),
  killed: (sessionId: string): NewEvent => ({
    type: 'AgentKilled',
    data: { sessionId, latencyMs: 1, proof: 'kernel' },
  }),
  completed: (sessionId: string, outcome: 'finished' | 'terminated' = 'finished'): NewEvent => ({
    type: 'AgentCompleted',
    data: { sessionId, outcome, summary: 'done' },
  }),
  failed: (sessionId: string): NewEvent => ({
    type: 'AgentFailed',
    data: { sessionId, code: 'INTERNAL', message: 'broken' },
  }),
  released: (sessionId: string): NewEvent => ({
    type: 'AgentResourcesReleased',
    data: { sessionId, sandboxRemoved: true, worktreeRemoved: true, leftWork: null },
  }),
  frozen: (killAllId: string | null, scope: KillScope = { kind: 'all' }): NewEvent => ({
    type: 'FleetFrozen',
    data: { scope, reason: 'fire', killAllId },
  }),
  unfrozen: { type: 'FleetUnfrozen', data: { reason: null } } satisfies NewEvent,
  killAllRequested: (killAllId: string, ...sessionIds: string[]): NewEvent => ({
    type: 'KillAllRequested',
    data: { killAllId, scope: { kind: 'all' }, reason: 'fire', sessionIds },
  }),
}

/** The facts in a log, a second apart, all by Ada. */
export function logged(...events: readonly NewEvent[]): LogEvent[] {
  const log = testLog()
  return events.flatMap((event) => {
    const stream = 'sessionId' in event.data ? agentSessionStream.of(event.data.sessionId) : fleetStream.of('default')
    return log.add(stream, [event], { actor: ada })
  })
}

/** What a reaction asks for at the last of the events. */
export function asked<State, Type extends LogEvent['type']>(
  reaction: Reaction<State, Type>,
  ...events: readonly NewEvent[]
): readonly ReactionCommand[] {
  const running = begin(reaction)
  return logged(...events)
    .map((event) => running.take(event))
    .at(-1)!
}

/** What a fold keeps after the events. */
export function kept<State, Type extends LogEvent['type']>(fold: Fold<State, Type>, ...events: NewEvent[]): State {
  const running = begin(fold)
  for (const event of logged(...events)) running.take(event)
  return running.state
}
