import type { Strike } from '@mosaic/contracts/fleet'
import type { Clock } from '@mosaic/contracts/kernel'
import type { Envelope } from '@mosaic/credentials'
import type { EventStore } from '@mosaic/event-store'
import type { Outgoing } from '@mosaic/outgoing'
import type { Redactor } from '@mosaic/redaction'
import type { Upstream } from '@mosaic/http'
import type { ConfiguredGateways } from '../agent-providers/index.ts'
import type { CodeHosts } from '../code-hosts/index.ts'
import type { Commands } from '../commands.ts'
import type { Candidates } from '../gates/index.ts'
import type { Landings } from '../landing/index.ts'
import type { ModelProviders } from '../model-providers.ts'
import type { Repositories } from '../repositories/index.ts'
import type { InstalledAgents, Models, ModelTable, Runtimes } from '../runtimes/index.ts'
import type { Admission } from './spawn-agent/admission.ts'
import type { Places } from '../sessions/places.ts'
import type { Retention } from '../retention/index.ts'
import type { Sessions } from '../sessions/sessions.ts'

/** What the use cases work with. */
export type FeatureDeps = {
  readonly store: EventStore
  readonly commands: Commands
  readonly admission: Admission
  readonly places: Pick<Places, 'inLine' | 'lineHere' | 'most' | 'live' | 'room' | 'suits'>
  readonly clock: Clock
  readonly sessions: Pick<
    Sessions,
    'ownerId' | 'roster' | 'journals' | 'find' | 'contain' | 'recordKillAll' | 'struck' | 'takeUp'
  >
  /** Said of a kill's command before anything else: the killer leaves it alone. */
  readonly leaveToUs: (commandId: string) => void
  /** Says it at once to the others who may run what is meant. */
  readonly tellOthers: (strike: Strike) => void
  /** Who has the queue; undefined where there is none. */
  readonly coordinator: Upstream | undefined
  /** Resolves once the roster is whole. */
  readonly caughtUp: () => Promise<void>
  readonly retention: Pick<Retention, 'apply'>
  /** Whether the reaction has come past the request at this position, and to the kill-all's end. */
  readonly killAlls: { isComplete(killAllId: string, requestedAt: string): boolean }
  readonly isWorkspace: (workspaceId: string) => boolean
  /** Whether a task's turn has come and it has not ended since, as far as this process has heard. */
  readonly isDispatched: (taskId: string) => boolean
  readonly runtimes: Runtimes
  readonly redactor: Redactor
  readonly repositories: Repositories
  readonly credentials: Pick<Envelope, 'inTurn' | 'rotate' | 'open' | 'put' | 'remove'>
  readonly gateways: Pick<ConfiguredGateways, 'lastContactOf'>
  readonly outgoing: Pick<Outgoing, 'check' | 'webSocket'>
  readonly modelProviders: ModelProviders
  readonly agents: InstalledAgents
  readonly codeHosts: CodeHosts
  readonly models: Models
  readonly modelTable: ModelTable
  readonly candidates: Candidates
  readonly landings: Landings
  readonly instanceId: string
  readonly workspaceId: string
}
