import { agentSessionEvents, type AgentSessionEvent } from '../agent-session/index.ts'
import { credentialEvents, type CredentialEvent } from '../credential/index.ts'
import { fleetEvents, type FleetEvent } from '../fleet/index.ts'
import { operatorEvents, type OperatorEvent } from '../operator/index.ts'
import { projectionEvents, type ProjectionEvent } from '../projection/index.ts'
import { repositoryEvents, type RepositoryEvent } from '../repository/index.ts'
import { taskEvents, type TaskEvent } from '../task/index.ts'
import { workspaceEvents, type WorkspaceEvent } from '../workspace/index.ts'

/** Every event that Mosaic writes, by type: what readers parse with and `mosaic events schema` prints. */
export const definitions = {
  ...agentSessionEvents,
  ...taskEvents,
  ...fleetEvents,
  ...repositoryEvents,
  ...workspaceEvents,
  ...operatorEvents,
  ...projectionEvents,
  ...credentialEvents,
} as const

export type MosaicEvent =
  | AgentSessionEvent
  | TaskEvent
  | FleetEvent
  | RepositoryEvent
  | WorkspaceEvent
  | OperatorEvent
  | ProjectionEvent
  | CredentialEvent
