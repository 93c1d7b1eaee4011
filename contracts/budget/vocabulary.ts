import { z } from 'zod'
import { workspaceId } from '../kernel/index.ts'

export const budgetKind = z.enum(['workspace', 'mission', 'task', 'session'])
export type BudgetKind = z.infer<typeof budgetKind>

/** Whose spending a budget limits; a session's also counts what its children spend. */
export const budgetScope = z.object({
  kind: budgetKind,
  /** A UUID but for a workspace, whose id is of the same letters. */
  id: workspaceId,
})
export type BudgetScope = z.infer<typeof budgetScope>

/** No limit is higher. */
export const mostLimits = {
  usd: 1_000_000,
  tokens: Number.MAX_SAFE_INTEGER,
  wallSeconds: Number.MAX_SAFE_INTEGER,
} as const

const usd = z.number().min(0.000001).max(mostLimits.usd)
const count = z.int().min(1).max(mostLimits.tokens)

/** How much may be spent, in US dollars, tokens (all that are read and written) and seconds; `null`: as much as they like. */
export const budgetLimits = z.object({
  usd: usd.nullable(),
  tokens: count.nullable(),
  wallSeconds: count.nullable(),
})
export type BudgetLimits = z.infer<typeof budgetLimits>

/** The same as people say it; what is not named is not limited. */
export const spendingLimits = z.object({
  usd: usd.optional(),
  tokens: count.optional(),
  wallSeconds: count.optional(),
})
export type SpendingLimits = z.infer<typeof spendingLimits>

/** Where every limit is named, and those that are not asked for are `null`. */
export const limitsFrom = ({ usd, tokens, wallSeconds }: SpendingLimits): BudgetLimits => ({
  usd: usd ?? null,
  tokens: tokens ?? null,
  wallSeconds: wallSeconds ?? null,
})

export const saysALimit = [
  (limits: SpendingLimits) => [limits.usd, limits.tokens, limits.wallSeconds].some((limit) => limit !== undefined),
  { error: 'expected usd, tokens or wallSeconds' },
] as const

/** What happens once it is used up: agents wait for a person, or fail. */
export const budgetPolicy = z.enum(['ask', 'stop'])
export type BudgetPolicy = z.infer<typeof budgetPolicy>

/** A budget that something is begun with; `ask` where no policy is named. */
export const budgetTerms = spendingLimits.extend({ policy: budgetPolicy.optional() })
export type BudgetTerms = z.infer<typeof budgetTerms>
/** The same as it is asked for. */
export const budgetTermsAsked = z.strictObject(budgetTerms.shape).refine(...saysALimit)

export const spendingAsked = z.strictObject(spendingLimits.shape).refine(...saysALimit)

/** Money in millionths of a US dollar, so that sums are exact; `null` where the price is not known. */
export const spending = z.object({ microUsd: z.int().min(0).nullable(), tokens: z.int().min(0) })
export type Spending = z.infer<typeof spending>

/** Of what a budget has reached its end, or nearly. */
export const budgetMeasure = z.enum(['usd', 'tokens', 'wall'])
export type BudgetMeasure = z.infer<typeof budgetMeasure>

/** A part of a millionth counts as a whole one; what is only the rounding of binary fractions does not. */
export const microUsdOf = (dollars: number): number => Math.ceil(Number((dollars * 1_000_000).toFixed(3)))
