import { agentProviderEvents, type AgentProviderEvent } from '../agent-provider/events.ts'
import { agentSessionEvents, type AgentSessionEvent } from '../agent-session/index.ts'
import { approvalPolicyEvents, type ApprovalPolicyEvent } from '../approval/index.ts'
import { budgetEvents, type BudgetEvent } from '../budget/index.ts'
import { credentialEvents, type CredentialEvent } from '../credential/index.ts'
import { fleetEvents, type FleetEvent } from '../fleet/index.ts'
import { mergeQueueEvents, type MergeQueueEvent } from '../merge-queue/index.ts'
import { missionEvents, type MissionEvent } from '../mission/index.ts'
import { operatorEvents, type OperatorEvent } from '../operator/index.ts'
import { projectionEvents, type ProjectionEvent } from '../projection/index.ts'
import { pullRequestEvents, type PullRequestEvent } from '../pull-request/index.ts'
import { queueEvents, type QueueEvent } from '../queue/index.ts'
import { repositoryEvents, type RepositoryEvent } from '../repository/index.ts'
import { secretRuleEvents, type SecretRuleEvent } from '../secrets/index.ts'
import { taskEvents, type TaskEvent } from '../task/index.ts'
import { workerEvents, type WorkerEvent } from '../worker/index.ts'
import { workspaceEvents, type WorkspaceEvent } from '../workspace/index.ts'

/** Every event that Mosaic writes, by type: what readers parse with and `mosaic events schema` prints. */
export const definitions = {
  ...agentSessionEvents,
  ...agentProviderEvents,
  ...taskEvents,
  ...missionEvents,
  ...queueEvents,
  ...budgetEvents,
  ...mergeQueueEvents,
  ...pullRequestEvents,
  ...fleetEvents,
  ...repositoryEvents,
  ...secretRuleEvents,
  ...approvalPolicyEvents,
  ...workerEvents,
  ...workspaceEvents,
  ...operatorEvents,
  ...projectionEvents,
  ...credentialEvents,
} as const

export type MosaicEvent =
  | AgentSessionEvent
  | AgentProviderEvent
  | TaskEvent
  | MissionEvent
  | QueueEvent
  | BudgetEvent
  | MergeQueueEvent
  | PullRequestEvent
  | FleetEvent
  | RepositoryEvent
  | SecretRuleEvent
  | ApprovalPolicyEvent
  | WorkerEvent
  | WorkspaceEvent
  | OperatorEvent
  | ProjectionEvent
  | CredentialEvent
