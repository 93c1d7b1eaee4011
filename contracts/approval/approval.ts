import { z } from 'zod'
import { line, timestamp, uuid } from '../kernel/index.ts'

/** Whose policy has decided; `session`: a person has approved the same call for all of the session before. */
export const approvalOrigin = z.enum(['workspace', 'mission', 'task', 'session'])
export type ApprovalOrigin = z.infer<typeof approvalOrigin>

/** Why: the rule by its number, from 1; `null` is the policy's `otherwise`. */
export const approvalReason = z.object({
  policy: approvalOrigin,
  rule: z.int().min(1).nullable(),
  note: z.string().nullable(),
})
export type ApprovalReason = z.infer<typeof approvalReason>

/** Names the exact call without telling it: keyed, so that no secret in it can be guessed. */
export const callDigest = z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected the 64 digits of a digest' })

/** A call as it is shown to who decides, with its secrets covered. */
export const shownCall = {
  toolCallId: z.string(),
  /** The model call that it belongs to. */
  turn: z.int().min(0),
  tool: z.string(),
  shown: z.string(),
  /** More of it than can be shown: whoever approves it approves what they have not seen. */
  isCut: z.boolean(),
  /** What it does to a file, where it says so. */
  diff: z.string().nullable(),
  digest: callDigest,
  because: approvalReason,
} as const

/** What is waited for. */
export const approvalAsked = {
  approvalId: uuid,
  ...shownCall,
  expiresAt: timestamp,
  atTimeout: z.enum(['deny', 'allow']),
}

export const approvalDecision = z.enum(['approved', 'denied'])
export type ApprovalDecision = z.infer<typeof approvalDecision>
/** For that call, or for every one with the same digest for as long as the session lives. */
export const approvalScope = z.enum(['once', 'session'])

/** What a person says. `digest` is that of the call which they were shown. */
export const decideApproval = z
  .strictObject({
    decision: approvalDecision,
    digest: callDigest,
    scope: approvalScope.default('once'),
    note: line(2000).optional(),
  })
  .refine(({ decision, scope }) => decision === 'approved' || scope === 'once', {
    path: ['scope'],
    error: 'expected once: a denial holds for the call alone',
  })

/** What waits for a decision in a session; `requestedAt`: since when. */
export const waitingApproval = z.object({ ...approvalAsked, requestedAt: timestamp })
export type WaitingApproval = z.infer<typeof waitingApproval>

/** The same in a list, with whose it is. */
export const approvalView = waitingApproval.extend({ sessionId: uuid, sessionName: z.string() })
export type ApprovalView = z.infer<typeof approvalView>
