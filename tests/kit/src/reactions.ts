import { agentSessionEvents, agentSessionStream } from '@mosaic/contracts/agent-session'
import { fleetStream, type KillScope } from '@mosaic/contracts/fleet'
import type { Actor } from '@mosaic/contracts/kernel'
import { type BudgetScope, budgetEvents, budgetIdOf, budgetStream } from '@mosaic/contracts/budget'
import { mergeQueueEvents, mergeQueueStream } from '@mosaic/contracts/merge-queue'
import { missionEvents, missionStream } from '@mosaic/contracts/mission'
import { pullRequestEvents, pullRequestStream } from '@mosaic/contracts/pull-request'
import { queueEvents, queueStream } from '@mosaic/contracts/queue'
import { taskEvents, taskStream } from '@mosaic/contracts/task'
import type { LogEvent, NewEvent } from '@mosaic/event-store'
import { type AnyCommand, begin, type Fold, type Reaction } from '@mosaic/reactions'
import { spawnRequested } from './builders.ts'
import { testLog } from './test-log.ts'

export const ada: Actor = { kind: 'operator', id: 'ada', name: 'Ada' }
export const id = (number: number) => `01890000-0000-7000-8000-00000000000${number}`

const killAllRequested = (
  killAllId: string,
  { scope = { kind: 'all' }, sessionIds = [] }: { scope?: KillScope; sessionIds?: string[] },
): NewEvent => ({ type: 'KillAllRequested', data: { killAllId, scope, reason: 'fire', sessionIds } })

/** The facts that tests tell of, by short names. */
export const facts = {
  spawned: (sessionId: string, over: Parameters<typeof spawnRequested>[1] = {}) => spawnRequested(sessionId, over),
  claimed: (sessionId: string, ownerId: string, epoch = 1): NewEvent => ({
    type: 'SessionClaimed',
    data: { sessionId, ownerId, epoch },
  }),
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
  killAllRequested: (killAllId: string, ...sessionIds: string[]): NewEvent =>
    killAllRequested(killAllId, { sessionIds }),
  killAllRequestedIn: (killAllId: string, scope: KillScope): NewEvent => killAllRequested(killAllId, { scope }),
}

/** The facts in a log, a second apart, all by Ada. */
export function logged(...events: readonly NewEvent[]): LogEvent[] {
  const log = testLog()
  return events.flatMap((event) => log.add(streamOf(event), [event], { actor: ada }))
}

function streamOf({ type, data }: NewEvent): string {
  const of = data as {
    sessionId: string
    taskId: string
    missionId: string
    scope: BudgetScope
    queueId: string
    pullRequestId: string
  }
  if (Object.hasOwn(agentSessionEvents, type)) return agentSessionStream.of(of.sessionId)
  if (Object.hasOwn(taskEvents, type)) return taskStream.of(of.taskId)
  if (Object.hasOwn(mergeQueueEvents, type)) return mergeQueueStream.of(of.queueId)
  if (Object.hasOwn(pullRequestEvents, type)) return pullRequestStream.of(of.pullRequestId)
  if (Object.hasOwn(missionEvents, type)) return missionStream.of(of.missionId)
  if (Object.hasOwn(budgetEvents, type)) return budgetStream.of(budgetIdOf(of.scope))
  return (Object.hasOwn(queueEvents, type) ? queueStream : fleetStream).of('default')
}

/** What a reaction asks for at the last of the events. */
export function asked<State, Type extends LogEvent['type'], Command extends AnyCommand>(
  reaction: Reaction<State, Type, Command>,
  ...events: readonly NewEvent[]
): readonly Command[] {
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
