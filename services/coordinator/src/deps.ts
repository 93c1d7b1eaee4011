import type { Clock } from '@mosaic/contracts/kernel'
import type { EventStore } from '@mosaic/event-store'
import type { Upstream } from '@mosaic/http'
import type { Program } from '@mosaic/runtime'
import type { Commands } from './commands.ts'
import type { PullRequests } from './pull-requests/pull-requests.ts'
import type { Standing } from './workers/standings.ts'
import type { WorkersHeard } from './workers/workers-heard.ts'

/** What the use cases work with. */
export type FeatureDeps = {
  readonly store: EventStore
  readonly commands: Commands
  readonly clock: Clock
  readonly orchestrator: Upstream
  readonly pullRequests: Pick<PullRequests, 'lookNow'>
  /** Of who asks without naming one. */
  readonly workspaceId: string
  /** Of the instance: a worker has to be of the same. */
  readonly program: Program
  readonly standings: () => Readonly<Record<string, Standing>>
  readonly heard: Pick<WorkersHeard, 'all' | 'get' | 'isAlive'>
  /** Whether there is such a workspace; waits for what is being read of the log. */
  readonly isWorkspace: (workspaceId: string) => Promise<boolean>
}
