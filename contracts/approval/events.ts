import { z } from 'zod'
import { event, type EventsOf, timestamp, workspaceId } from '../kernel/index.ts'
import { approvalPolicy } from './policy.ts'

/** Facts of `approvalPolicyStream`. Whoever is their actor has decided it. */
export const approvalPolicyEvents = {
  /** From now on; `null`: the workspace has none any more. */
  ApprovalPolicySet: event(z.object({ workspaceId, policy: approvalPolicy.nullable() })),
} as const

export type ApprovalPolicyEvent = EventsOf<typeof approvalPolicyEvents>

/** What a workspace says, and who has said so. */
export const workspacePolicy = z.object({
  policy: approvalPolicy.nullable(),
  setBy: z.string().nullable(),
  setAt: timestamp.nullable(),
})
export type WorkspacePolicy = z.infer<typeof workspacePolicy>
