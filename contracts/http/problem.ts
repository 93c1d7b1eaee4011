import { z } from 'zod'
import { agentProviderRejections } from '../agent-provider/rejections.ts'
import { agentSessionRejections } from '../agent-session/index.ts'
import { budgetRejections } from '../budget/index.ts'
import { credentialRejections } from '../credential/index.ts'
import { fleetRejections } from '../fleet/index.ts'
import { mergeQueueRejections } from '../merge-queue/index.ts'
import { missionRejections } from '../mission/index.ts'
import { pullRequestRejections } from '../pull-request/index.ts'
import { repositoryRejections } from '../repository/index.ts'
import { secretRuleRejections } from '../secrets/index.ts'
import { taskRejections } from '../task/index.ts'
import { workerRejections } from '../worker/index.ts'
import { workspaceRejections } from '../workspace/index.ts'

/** Refusals that no single aggregate owns. */
const httpRejections = [
  'VALIDATION_FAILED',
  'MESSAGE_TOO_LARGE',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNAUTHENTICATED',
  'SIGN_IN_LINK_INVALID',
  'GUEST_NOT_FOUND',
  'FORBIDDEN',
  'ROUTE_NOT_FOUND',
  'PROJECTION_NOT_FOUND',
  'REBUILD_CANCELLED',
  'EVENT_NOT_FOUND',
  'MODEL_CALL_NOT_FOUND',
  'CONCURRENT_UPDATE',
  /** The stream holds an event that cannot be read: nothing but its end is decided any more. */
  'STREAM_UNREADABLE',
  'REPOSITORY_NOT_FOUND',
  'BRANCH_NOT_FOUND',
  'REPOSITORY_UNREACHABLE',
  'MERGE_CONFLICT',
  /** Somebody has it checked out: git moves it from there only. */
  'BRANCH_CHECKED_OUT',
  /** The origin does not take it; its own words say why. */
  'PUSH_REJECTED',
  /** What was kept of an agent's work may not become a commit: it holds secrets, is too much, or is not there. */
  'SECRET_FOUND',
  'COMMIT_TOO_LARGE',
  'NOTHING_KEPT',
  /** It would be gone for good. */
  'WORK_NOT_MERGED',
  'MODEL_UNKNOWN',
  'MODEL_NOT_CONFIGURED',
  'PRICE_UNKNOWN',
  'SCENARIO_INVALID',
  'SANDBOX_UNAVAILABLE',
  'RUNTIME_UNKNOWN',
  /** No such agent can be had, or it is not installed. */
  'AGENT_UNKNOWN',
  'AGENT_NOT_INSTALLED',
  'REQUEST_TOO_SLOW',
  'RATE_LIMITED',
  'OVERLOADED',
  'STORE_UNAVAILABLE',
  'READ_MODEL_UNAVAILABLE',
  'READ_MODEL_BEHIND',
  /** Nobody waits for such a check here. */
  'CHECK_NOT_FOUND',
  'COORDINATOR_UNAVAILABLE',
  'ORCHESTRATOR_UNAVAILABLE',
  'PROJECTOR_UNAVAILABLE',
  'INTERNAL',
] as const

export const rejectionCodes = [
  ...agentSessionRejections,
  ...agentProviderRejections,
  ...taskRejections,
  ...missionRejections,
  ...budgetRejections,
  ...mergeQueueRejections,
  ...pullRequestRejections,
  ...fleetRejections,
  ...repositoryRejections,
  ...secretRuleRejections,
  ...workerRejections,
  ...workspaceRejections,
  ...credentialRejections,
  ...httpRejections,
] as const
export type RejectionCode = (typeof rejectionCodes)[number]

/** An answer that says why not (RFC 9457, `application/problem+json`). `code` is stable; `field` is a JSON path. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(rejectionCodes),
  detail: z.string(),
  field: z.string().optional(),
  /** All bad fields where there are several. */
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  details: z.record(z.string(), z.unknown()).optional(),
})
export type Problem = z.infer<typeof problem>
