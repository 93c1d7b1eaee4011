import {
  budgetIdOf,
  budgetPolicy,
  type BudgetScope,
  reservationRefusal,
  type ReserveAnswer,
  type ReserveBudget,
} from '@mosaic/contracts/budget'
import type { RejectionCode } from '@mosaic/contracts/http'
import { type Clock, newId, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { answerMs, type CommandContext } from '@mosaic/event-store'
import { BackOff } from '@mosaic/runtime'
import { z } from 'zod'
import type { Commands } from '../commands.ts'
import { timeLeftMs } from '../domain/budget/reckoning.ts'
import { sooner } from './time-left.ts'

type Deps = { readonly commands: Pick<Commands, 'budget'>; readonly clock: Clock }
type Until = {
  /** How long what became of the call before is waited for. */
  readonly patience: AbortSignal
  /** Nobody waits for the answer any more: then the call is not made, and nothing is kept for it. */
  readonly unheard: AbortSignal
}
type Answered<T> = Promise<Result<T, Rejection<RejectionCode>>>

/**
 * What became of a session's call before follows from the log within moments; where it takes longer, the agent is told,
 * which has to be within the time that the whole answer has. In milliseconds.
 */
export const settledMs = answerMs - 1500
const pauses = { firstMs: 10, longestMs: 250 }

/** What the decider says beside its words. */
const refusal = z.object({ why: reservationRefusal, policy: budgetPolicy })

/**
 * Keeps what a call may cost in every budget that it counts for, or in none: what was kept before one of them refused is
 * given back. A call that is asked for again is kept once.
 */
export async function reserve(
  deps: Deps,
  asked: Omit<ReserveBudget, 'isUnderWay'>,
  context: CommandContext,
  { patience, unheard }: Until,
): Answered<ReserveAnswer> {
  const kept: BudgetScope[] = []
  let withinMs: number | null = null
  for (const scope of asked.scopes) {
    const call = { ...asked, scope }
    const answer = await keepOnceSettled(deps, call, context, patience).catch(async (error: unknown) => {
      // It may have been kept: whoever does not know that does not call.
      await giveAllBack(deps, asked.callId, [...kept, scope], context).catch(() => undefined)
      throw error
    })
    const isKept = answer.ok && answer.value.granted
    if (isKept) kept.push(scope)
    if (isKept && !unheard.aborted) {
      withinMs = sooner(withinMs, answer.value.withinMs)
      continue
    }
    await giveAllBack(deps, asked.callId, kept, context)
    return answer
  }
  return ok({ granted: true, withinMs })
}

type Call = Omit<ReserveBudget, 'scopes' | 'isUnderWay'> & { readonly scope: BudgetScope }

async function keepOnceSettled(
  deps: Deps,
  call: Call,
  context: CommandContext,
  patience: AbortSignal,
): Answered<ReserveAnswer> {
  const backOff = new BackOff(pauses)
  for (;;) {
    const answer = await keep(deps, call, context)
    const isUnsettled = answer.ok && !answer.value.granted && answer.value.why === 'unsettled'
    if (!isUnsettled || patience.aborted) return answer
    await backOff.pause(patience)
  }
}

/** Granted also where there is no such budget any more. */
async function keep(
  deps: Deps,
  { scope, callId, sessionId, most, isSideBySide }: Call,
  context: CommandContext,
): Answered<ReserveAnswer> {
  const command = { type: 'ReserveBudget', callId, sessionId, most, isSideBySide, at: deps.clock.now() } as const
  const done = await deps.commands.budget(budgetIdOf(scope), command, { ...context, commandId: newId() })
  if (!done.ok) {
    if (done.error.code !== 'BUDGET_REFUSED') return done
    return ok({ granted: false, scope, message: done.error.message, ...refusal.parse(done.error.details) })
  }
  const { state } = done.value
  if (state.status === 'none') return ok({ granted: true, withinMs: null })
  if (callId in state.reserved) return ok({ granted: true, withinMs: timeLeftMs(state, command.at) })
  // It has just been found to be used up, which is a fact now: the same question is answered by it.
  return keep(deps, { scope, callId, sessionId, most, isSideBySide }, context)
}

async function giveAllBack(
  { commands, clock }: Deps,
  callId: string,
  scopes: readonly BudgetScope[],
  context: CommandContext,
): Promise<void> {
  const command = { type: 'SettleBudget', callId, spent: 'nothing', at: clock.now() } as const
  for (const scope of scopes) await commands.budget(budgetIdOf(scope), command, { ...context, commandId: newId() })
}
