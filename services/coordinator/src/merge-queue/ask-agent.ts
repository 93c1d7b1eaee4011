import { actorHeaders, orchestratorRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { LandingObstacle } from '@mosaic/contracts/merge-queue'
import { type EventStore, uuidv5 } from '@mosaic/event-store'
import type { Upstream } from '@mosaic/http'
import type { KnownQueue, MergeQueueCommand } from '../domain/merge-queue/merge-queue.ts'
import { endOf } from '../session-end.ts'
import { wordsFor } from './words-for.ts'

type Landing = KnownQueue['landings'][string]
/** A branch that did not land, with its queue. */
export type Attended = { readonly queue: KnownQueue; readonly landing: Landing; readonly workspaceId: string }

const timeoutMs = 60_000

/** Another time there may be room, or whoever has to answer is back. */
const passing: ReadonlySet<RejectionCode> = new Set([
  'ORCHESTRATOR_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'OVERLOADED',
  'REPOSITORY_UNREACHABLE',
  'SESSION_NOT_OVER',
  'SPAWN_LIMIT_REACHED',
  'FLEET_FROZEN',
])

/** Has the agent of a branch that could not land go on with it. Asked twice, it is the same session. */
export async function askAgent(
  orchestrator: Upstream,
  { queue, landing, workspaceId }: Attended,
): Promise<Result<MergeQueueCommand, Rejection<RejectionCode>>> {
  const { landingId, sessionId, obstacle, times } = landing
  const asked = await orchestrator.call(orchestratorRoutes.continue, {
    params: { id: sessionId },
    body: { text: wordsFor(queue.into, landing.branch, obstacle) },
    headers: {
      [actorHeaders.workspaceId]: workspaceId,
      [actorHeaders.operatorName]: 'merge queue',
      [actorHeaders.idempotencyKey]: uuidv5(`${landingId}/continue/${times}`),
    },
    timeoutMs,
  })
  if (asked.ok) return ok({ type: 'ContinueLanding', landingId, sessionId: asked.value.sessionId })
  if (passing.has(asked.error.code)) return err(asked.error)
  return ok(giveUp(landingId, `its agent cannot be asked again: ${asked.error.message}`))
}

/** What follows from the end of the session in which an agent went on. */
export async function whenDone(
  store: Pick<EventStore, 'subscribeAll'>,
  { landingId, sessionId, branch }: Landing,
  signal: AbortSignal,
): Promise<MergeQueueCommand | undefined> {
  const ended = await endOf(store, sessionId, signal)
  if (ended === undefined) return undefined
  if (ended === 'completed') return { type: 'RequeueLanding', landingId, sessionId, branch }
  return giveUp(landingId, `its agent went on with it, and ${ended}`)
}

const giveUp = (landingId: string, message: string): MergeQueueCommand => {
  const obstacle: LandingObstacle = { code: 'AGENT_NOT_CONTINUED', message, files: [] }
  return { type: 'GiveUpLanding', landingId, obstacle }
}
