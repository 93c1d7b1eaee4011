import { z } from 'zod'
import { uuid } from '../kernel/index.ts'
import { approvalDecision, approvalReason, shownCall } from './approval.ts'
import { approvalEffect, approvalPolicy } from './policy.ts'

/** `null` takes the workspace's policy away. */
export const setApprovalPolicy = z.strictObject({ policy: approvalPolicy.nullable() })

/** What a policy would have said to the calls that a session has made. */
export const checkApprovalPolicy = z.strictObject({ policy: approvalPolicy, sessionId: uuid })

export const checkedCall = z.object({
  toolCallId: shownCall.toolCallId,
  turn: shownCall.turn,
  tool: shownCall.tool,
  shown: shownCall.shown,
  effect: approvalEffect,
  because: approvalReason.nullable(),
  /** What was said of it then, where it was asked about. */
  decided: approvalDecision.nullable(),
})
export type CheckedCall = z.infer<typeof checkedCall>
/** `more`: the session has more calls than are looked at, which are its newest. */
export const checkedPolicy = z.object({ calls: z.array(checkedCall), more: z.boolean() })
export type CheckedPolicy = z.infer<typeof checkedPolicy>
