import { setTimeout as wait } from 'node:timers/promises'
import type { StrikeAnswer } from '@mosaic/contracts/fleet'
import type { RejectionCode } from '@mosaic/contracts/http'
import { ok, type Rejection, type Result } from '@mosaic/contracts/kernel'

type Answered<Answer> = Promise<Result<Answer, Rejection<RejectionCode>>>

type Killing<Answer> = {
  /** Of the orchestrator. */
  readonly asked: Answered<Answer>
  /** What its killer has done, which was asked for the same. */
  readonly struck: Promise<StrikeAnswer | undefined>
  readonly answerOf: (strike: StrikeAnswer) => Answer
  /** How long the orchestrator has to answer once its killer has done it, in milliseconds. */
  readonly patienceMs?: number
}

/**
 * The orchestrator's answer to a kill; where it does not get to answer, and its killer has carried the kill out, what
 * that says.
 */
export async function orByKiller<Answer>(killing: Killing<Answer>): Answered<Answer> {
  const { asked, struck, answerOf, patienceMs = 3_000 } = killing
  const over = new AbortController()
  const byOrchestrator = async () => {
    const answer = await asked
    if (answer.ok || answer.error.code !== 'ORCHESTRATOR_UNAVAILABLE') return answer
    const strike = await struck
    return strike?.struck ? ok(answerOf(strike)) : answer
  }
  const byKiller = async () => {
    const strike = await struck
    if (!strike?.struck) return byOrchestrator()
    await wait(patienceMs, undefined, { signal: over.signal }).catch(() => undefined)
    return ok(answerOf(strike))
  }
  try {
    return await Promise.race([byOrchestrator(), byKiller()])
  } finally {
    over.abort()
  }
}
