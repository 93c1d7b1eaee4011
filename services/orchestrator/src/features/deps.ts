import type { SandboxKind } from '@mosaic/contracts/agent-session'
import type { ProviderChoice, SandboxUnavailable } from '../sandbox/index.ts'
import type { Result } from '@mosaic/contracts/kernel'
import type { EventStore } from '@mosaic/event-store'
import type { Models } from '../runtimes/internal/model/models.ts'
import type { GitWorkspace } from '../git/index.ts'
import type { Supervisor } from '../process-manager/supervisor.ts'

/** What the use cases work with. */
export type FeatureDeps = {
  readonly store: EventStore
  readonly supervisor: Supervisor
  readonly models: Models
  readonly git: GitWorkspace
  readonly chooseSandbox: (preference?: SandboxKind) => Promise<Result<ProviderChoice, SandboxUnavailable>>
  readonly workspaceId: string
}
