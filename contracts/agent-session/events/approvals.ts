import { z } from 'zod'
import { approvalAsked, approvalDecision, approvalScope, shownCall } from '../../approval/approval.ts'
import { event, uuid } from '../../kernel/index.ts'
import { session } from './session.ts'

const approval = { ...session, approvalId: uuid }

/** What policies and people say of what an agent is about to do. */
export const approvalEvents = {
  /** A person is asked, and until one has answered the call is not made. Told anew when the wait goes on after a pause. */
  ApprovalRequested: event(z.object({ ...session, ...approvalAsked })),
  /** `timeout`: nobody has answered in time. `digest`: of the call that it holds for, and of no other. */
  ApprovalDecided: event(
    z.object({
      ...approval,
      digest: shownCall.digest,
      decision: approvalDecision,
      scope: approvalScope,
      note: z.string().nullable(),
      by: z.enum(['person', 'timeout']),
      operatorName: z.string().nullable(),
    }),
  ),
  /** The agent goes on by it. */
  ApprovalApplied: event(z.object(approval)),
  /** There is no such call any more. */
  ApprovalWithdrawn: event(z.object({ ...approval, reason: z.string() })),
  /** Nobody was asked: a policy's rule has refused it, has allowed it to an agent of others, or it was approved for the session. */
  CallJudged: event(z.object({ ...session, ...shownCall, decision: approvalDecision })),
  /** An agent of others makes another call than was allowed: what was allowed does not hold for it, and its turn is ended. */
  AllowedCallChanged: event(
    z.object({
      ...session,
      toolCallId: shownCall.toolCallId,
      turn: shownCall.turn,
      tool: shownCall.tool,
      shown: shownCall.shown,
      digest: shownCall.digest,
    }),
  ),
} as const
