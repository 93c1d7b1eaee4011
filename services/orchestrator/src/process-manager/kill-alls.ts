import { type FleetEvent, type FleetRejection, fleetEvents, fleetStream, type KillScope } from '@mosaic/contracts/fleet'
import { type Aggregate, type CommandContext, type EventStore, handle, uuidv5 } from '@mosaic/event-store'
import { type Fleet, type FleetCommand, fleet } from '../domain/fleet/fleet.ts'
import { isOver, type Roster } from './roster.ts'

const aggregate: Aggregate<Fleet, FleetCommand, FleetEvent, FleetRejection> = {
  decider: fleet,
  definitions: fleetEvents,
}

export type KillAll = {
  readonly killAllId: string
  readonly workspaceId: string
  readonly sessionIds: readonly string[]
  readonly reason: string | null
  readonly requestedAt: Date
}

/** Ids of the live sessions that a scope means. */
export function sessionsInScope(roster: Roster, workspaceId: string, scope: KillScope): string[] {
  const inScope = [...roster.entries()].filter(
    (entry) =>
      entry.workspaceId === workspaceId &&
      !isOver(entry) &&
      (scope.kind === 'all' ||
        (scope.kind === 'internal'
          ? entry.summary.runtime === 'internal'
          : entry.summary.modelProvider === scope.modelProvider)),
  )
  return inScope.map(({ summary }) => summary.sessionId)
}

export const requestKillAll = (
  store: EventStore,
  command: Extract<FleetCommand, { type: 'KillAll' }>,
  context: CommandContext,
) => handle(store, { aggregate, streamId: fleetStream.of(context.workspaceId), command, context })

/** Kill-alls under way: those whose sessions have not all ended. */
export class KillAlls {
  readonly #open = new Map<string, KillAll>()
  readonly #done = new Set<string>()

  /** Answers whether it is a new one. */
  opened(killAll: KillAll): boolean {
    if (this.#open.has(killAll.killAllId) || this.#done.has(killAll.killAllId)) return false
    this.#open.set(killAll.killAllId, killAll)
    return true
  }

  completed(killAllId: string): void {
    this.#open.delete(killAllId)
    this.#done.add(killAllId)
  }

  open(): KillAll[] {
    return [...this.#open.values()]
  }

  /** Those whose last session has ended; each is given out once. */
  takeEnded(roster: Roster): KillAll[] {
    const ended = this.open().filter(({ sessionIds }) =>
      sessionIds.every((id) => {
        const entry = roster.get(id)
        return !entry || isOver(entry)
      }),
    )
    for (const { killAllId } of ended) this.completed(killAllId)
    return ended
  }
}

export async function completeKillAll(store: EventStore, roster: Roster, killAll: KillAll): Promise<void> {
  const { killAllId, workspaceId, sessionIds, requestedAt } = killAll
  const killed = sessionIds.filter((id) => {
    const entry = roster.get(id)
    return entry?.summary.status === 'killed' && entry.killAllId === killAllId
  })
  const durationMs = Math.max(0, Date.now() - requestedAt.getTime())
  await handle(store, {
    aggregate,
    streamId: fleetStream.of(workspaceId),
    command: { type: 'CompleteKillAll', killAllId, killed, durationMs },
    context: {
      commandId: uuidv5(`${killAllId}/completed`),
      workspaceId,
      actor: { kind: 'system', id: 'orchestrator' },
      occurredAt: new Date(),
      correlationId: killAllId,
    },
  })
}
