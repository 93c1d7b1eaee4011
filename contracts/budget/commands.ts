import { z } from 'zod'
import { uuid } from '../kernel/index.ts'
import { budgetPolicy, budgetScope, saysALimit, spending, spendingAsked, spendingLimits } from './vocabulary.ts'

/** Other limits than before take the place of all of them. */
export const setBudget = z
  .strictObject({ ...spendingLimits.shape, policy: budgetPolicy.default('ask') })
  .refine(...saysALimit)
export type SetBudget = z.infer<typeof setBudget>

/** By how much. */
export const raiseBudget = spendingAsked
export type RaiseBudget = z.infer<typeof raiseBudget>

export const removeBudget = z.strictObject({})

/** A model call that is about to begin. */
export const reserveBudget = z.strictObject({
  callId: uuid,
  sessionId: uuid,
  /** All that have a budget which the call counts for. */
  scopes: z.array(budgetScope).min(1).max(200),
  most: spending,
  /** Its session makes several at a time: what became of the others need not be known before it. */
  isSideBySide: z.boolean().default(false),
  /** It has begun: only how long it may still take is asked, and nothing is kept or given back. */
  isUnderWay: z.boolean().default(false),
})
export type ReserveBudget = z.infer<typeof reserveBudget>

/** Why a call may not begin now: calls that are under way hold what is left, it is used up, or the call has no price. */
export const reservationRefusal = z.enum(['in-use', 'used-up', 'no-price', 'unsettled'])
export type ReservationRefusal = z.infer<typeof reservationRefusal>

export const reserveAnswer = z.discriminatedUnion('granted', [
  /** `withinMs`: how long until the time of one of them is up; `null` where none limits it. */
  z.object({ granted: z.literal(true), withinMs: z.number().min(0).nullable().default(null) }),
  z.object({
    granted: z.literal(false),
    scope: budgetScope,
    why: reservationRefusal,
    policy: budgetPolicy,
    message: z.string(),
  }),
])
export type ReserveAnswer = z.infer<typeof reserveAnswer>
