import { isBudgetWait, type WaitReason } from '@mosaic/contracts/agent-session'
import { pauseAfter, pauseAsked } from '@mosaic/runtime'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import type { ModelFault } from '../model/index.ts'
import type { Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'

/** Half of a pause is random, so that a fleet that was turned away together does not come back together. */
const pauses = { firstMs: 500, longestMs: 30_000, spread: 0.5 }

/** Failed answers in one wait after which a server is taken to be none. */
const mostBroken = 8

/** Lets a session wait for its model, as a fact that everyone sees. @throws SessionFailure where waiting is of no use */
export async function waitForModel(run: Run, session: LiveSession, fault: ModelFault): Promise<void> {
  const { deps, journal } = run
  const { kind: reason, message, retryAfterMs } = fault
  if (reason === 'REFUSED' || reason === 'CONTEXT_FULL')
    throw new SessionFailure('MODEL_REFUSED', message, { cause: fault })
  const now = deps.clock.now()
  // How long a budget was waited for before has nothing to do with this.
  const before = session.modelWait && !isBudgetWait(session.modelWait.reason) ? session.modelWait : undefined
  // A server that has turned us away for hours, and is not there once, is tried as long as one that was not waited for.
  const isSame = before && isUnreachable(before.reason) === isUnreachable(reason)
  const since = isSame ? before.since : now.toISOString()
  const attempts = before?.attempts ?? 0
  const usualMs = pauseAfter(attempts + 1, pauses)
  const delayMs = retryAfterMs === undefined ? usualMs : pauseAsked(retryAfterMs, usualMs)
  if (reason === 'ANSWER_BROKEN' && (before?.broken ?? 0) + 1 >= mostBroken) {
    throw new SessionFailure('MODEL_ANSWER_INVALID', message, { cause: fault })
  }
  // A server that says when it will be there again is waited for; a session's longest life ends that too.
  const hasTime = retryAfterMs !== undefined && retryAfterMs > pauses.longestMs
  const patienceMs = isUnreachable(reason) ? deps.limits.unreachableMs : deps.limits.patienceMs
  if (!hasTime && run.triedForMs(since, now) + delayMs >= patienceMs) {
    const code = reason === 'ANSWER_BROKEN' ? 'MODEL_ANSWER_INVALID' : 'MODEL_UNREACHABLE'
    throw new SessionFailure(code, message, { cause: fault })
  }
  deps.logger.warn({ sessionId: journal.sessionId, reason, message, delayMs }, 'a model call is put off')
  const nextTryAt = new Date(now.getTime() + Math.min(delayMs, deps.limits.sessionMs)).toISOString()
  const turn = session.turn + 1
  await run.record({ type: 'DeferModelCall', turn, reason, message, attempts: attempts + 1, since, nextTryAt })
}

const isUnreachable = (reason: WaitReason) => reason === 'SERVER_UNREACHABLE'
