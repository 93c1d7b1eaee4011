import { z } from 'zod'
import { actor, timestamp, uuid, workspaceId } from '../kernel/index.ts'
import { budgetLimits, budgetMeasure, budgetPolicy, budgetScope, spending } from './vocabulary.ts'

export const budgetStatus = z.enum(['open', 'warned', 'exhausted', 'removed'])
export type BudgetStatus = z.infer<typeof budgetStatus>

/** A budget as it stands. */
export const budgetView = z.object({
  scope: budgetScope,
  workspaceId,
  status: budgetStatus,
  limits: budgetLimits,
  policy: budgetPolicy,
  /** Of what four fifths are spent, and what is used up. */
  warned: z.array(budgetMeasure),
  exhausted: budgetMeasure.nullable(),
  /** What is known of it, added up; calls whose price is not known are counted apart. */
  spent: z.object({ microUsd: z.int(), tokens: z.int(), calls: z.int(), unpricedCalls: z.int() }),
  /** Of calls that are under way, at the most. */
  reserved: z.object({ microUsd: z.int(), tokens: z.int(), calls: z.int() }),
  open: z.array(z.object({ callId: uuid, sessionId: uuid, most: spending })),
  /** How long it has been at work: `countedMs`, and since `runningSince` unless that is `null`. */
  time: z.object({ countedMs: z.int(), runningSince: timestamp.nullable() }),
  setBy: actor,
  setAt: timestamp,
  revision: z.int(),
})
export type BudgetView = z.infer<typeof budgetView>
