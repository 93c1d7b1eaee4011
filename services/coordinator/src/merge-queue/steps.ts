import { orchestratorRoutes, actorHeaders, type RejectionCode } from '@mosaic/contracts/http'
import { type Clock, err, newId, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { LandingObstacle } from '@mosaic/contracts/merge-queue'
import { uuidv5 } from '@mosaic/event-store'
import type { Upstream } from '@mosaic/http'
import type { Frozen } from './frozen.ts'
import type { KnownQueue, MergeQueueCommand } from '../domain/merge-queue/merge-queue.ts'

export type StepDeps = {
  readonly orchestrator: Upstream
  readonly clock: Clock
  /** How many are tried together at most, and how often an agent is asked again before a person is. */
  readonly batch: number
  readonly mostTimes: number
}

/** What is to be decided next, or why that cannot be said now. `null`: there is nothing to do until something happens. */
export type Step = Result<MergeQueueCommand | null, Rejection<RejectionCode>>

type Of<Status extends KnownQueue['status']> = Extract<KnownQueue, { status: Status }>
/** `frozen`: what may not land now. */
type In = { readonly workspaceId: string; readonly frozen: Frozen | null }

/** Each of these may take a repository's whole network. In milliseconds. */
const timeoutMs = 120_000

/**
 * The next step of a queue, from what its log says alone: done twice, or begun anew after a crash anywhere in it, it comes
 * to the same. Nothing but `push` moves anything, and that only from where the stack began to what has passed its gates.
 */
export async function nextStep(deps: StepDeps, queue: KnownQueue, of: In): Promise<Step> {
  const halted = haltOrResume(queue, of.frozen)
  if (halted) return ok(halted)
  switch (queue.status) {
    case 'idle':
      return ok(begin(deps, queue, of.frozen?.landingIds ?? []))
    case 'stacking':
      return stack(deps, queue, of)
    case 'checking':
      return check(deps, queue, of)
    case 'pushing':
      // Nothing has moved yet, and nothing does until it may.
      return isFrozen(queue.batch.landingIds, of.frozen) ? ok(null) : push(deps, queue, of)
  }
}

/** Whoever looks is told that it waits, and why. */
function haltOrResume({ halted }: KnownQueue, frozen: Frozen | null): MergeQueueCommand | null {
  if (frozen) return halted === frozen.message ? null : { type: 'HaltQueue', message: frozen.message }
  return halted === null ? null : { type: 'ResumeQueue' }
}

const isFrozen = (landingIds: readonly string[], frozen: Frozen | null): boolean =>
  landingIds.some((id) => frozen?.landingIds.includes(id))

function begin(
  { clock, batch: most }: StepDeps,
  { groups, waiting }: Of<'idle'>,
  except: readonly string[],
): MergeQueueCommand | null {
  if ([...groups.flat(), ...waiting].every((id) => except.includes(id))) return null
  return { type: 'StartBatch', batchId: newId(), most, except, at: clock.now().toISOString() }
}

const headersOf = ({ workspaceId }: Pick<In, 'workspaceId'>) => ({ [actorHeaders.workspaceId]: workspaceId })

async function stack({ orchestrator, mostTimes }: StepDeps, queue: Of<'stacking'>, of: In): Promise<Step> {
  const { queueId, repository, into, batch, landings } = queue
  const asked = batch.landingIds.map((landingId) => {
    const { sessionId, how, operator } = landings[landingId]!
    return { landingId, sessionId, how, operator }
  })
  const stacked = await orchestrator.call(orchestratorRoutes.stackLandings, {
    body: { queueId, repository, into, at: batch.at, landings: asked },
    headers: headersOf(of),
    timeoutMs,
  })
  const { batchId } = batch
  return stacked.ok ? ok({ type: 'RecordStack', batchId, ...stacked.value, mostTimes }) : refused(queue, stacked.error)
}

async function check({ orchestrator, mostTimes }: StepDeps, queue: Of<'checking'>, of: In): Promise<Step> {
  const { repository, into, batch, stack: stood } = queue
  const { batchId } = batch
  const { baseCommit, commit, tree, profile, branches } = stood
  const { sessionId } = branches.at(-1)!
  const checked = await orchestrator.call(orchestratorRoutes.checkStack, {
    body: { checkId: uuidv5(`${batchId}/check`), repository, into, sessionId, baseCommit, commit, tree, profile },
    headers: headersOf(of),
    timeoutMs,
  })
  if (checked.ok) {
    const { approved, gates } = checked.value
    return ok(approved === null ? null : { type: 'RecordCheck', batchId, approved, gates, mostTimes })
  }
  // It has been asked, and could not say: what it knows of the stack may be gone. Nothing passes unseen.
  if (checked.error.code === 'COORDINATOR_UNAVAILABLE')
    return ok({ type: 'AbandonBatch', batchId, reason: checked.error.message })
  return checked
}

async function push({ orchestrator }: StepDeps, queue: Of<'pushing'>, of: In): Promise<Step> {
  const { queueId, repository, into, batch, stack: stood, heldAt } = queue
  const { batchId } = batch
  const { baseCommit, commit } = stood
  const pushed = await orchestrator.call(orchestratorRoutes.pushStack, {
    body: { queueId, repository, into, baseCommit, commit, isHeld: heldAt !== null },
    headers: headersOf(of),
    timeoutMs,
  })
  if (!pushed.ok) return refused(queue, pushed.error)
  switch (pushed.value.outcome) {
    case 'landed':
      return ok({ type: 'RecordLanded', batchId })
    case 'moved':
      return ok({ type: 'AbandonBatch', batchId, reason: `${into} has moved` })
    case 'held':
      return ok(heldAt === null ? { type: 'HoldBatch', batchId, ref: pushed.value.ref } : null)
  }
}

/** What nobody but a person can change; all else may be another time. */
const final = {
  PUSH_REJECTED: 'PUSH_REJECTED',
  BRANCH_NOT_FOUND: 'BRANCH_NOT_FOUND',
  REPOSITORY_NOT_FOUND: 'BRANCH_NOT_FOUND',
} as const satisfies Partial<Record<RejectionCode, LandingObstacle['code']>>

const isFinal = (code: RejectionCode): code is keyof typeof final => code in final

function refused({ batch }: Of<'stacking' | 'pushing'>, error: Rejection<RejectionCode>): Step {
  const { code, message } = error
  if (!isFinal(code)) return err(error)
  return ok({ type: 'RefuseBatch', batchId: batch.batchId, obstacle: { code: final[code], message, files: [] } })
}
