import type { LiveFrame } from '@mosaic/contracts/messaging'
import type { Clock, Rejection, Result } from '@mosaic/contracts/kernel'
import type { Redactor } from '@mosaic/redaction'
import type { Logger } from '@mosaic/runtime'
import type { GitWorkspace, KeyedLock } from '../../git/index.ts'
import type { Repositories } from '../../repositories/index.ts'
import type { ProvideSettings } from '../../setup/index.ts'
import type { Roster } from '../../sessions/roster.ts'
import type { ChooseProvider, SandboxProvider } from '../../sandbox/index.ts'
import type { SpawnChild } from '../../tools/index.ts'
import type { Model } from './model/contract.ts'
import type { ModelTable } from './model/model-table.ts'

export type RunnerLimits = {
  /** Longest life of a session, in milliseconds. */
  readonly sessionMs: number
  /** Longest wait for the end of a killed process tree before it is signalled again. */
  readonly exitMs: number
  /** How long one message is tried for while the server turns us away, waits included, in milliseconds. */
  readonly patienceMs: number
  /** The same while there is no server to be reached at all. */
  readonly unreachableMs: number
}

export type RunnerDeps = {
  readonly git: GitWorkspace
  readonly repositories: Repositories
  readonly provide: ProvideSettings
  /** By the result that is made: one at a time makes it. */
  readonly setupLocks: KeyedLock
  readonly chooseSandbox: ChooseProvider
  readonly sandboxes: readonly SandboxProvider[]
  readonly modelOf: (modelProvider: string) => Model
  readonly modelTable: ModelTable
  readonly publishLive: (workspaceId: string, frame: LiveFrame) => void
  readonly spawnChild: (request: SpawnChild) => Promise<Result<{ sessionId: string }, Rejection>>
  readonly whileWaiting: <T>(sessionId: string, work: () => Promise<T>) => Promise<T>
  readonly roster: Roster
  readonly clock: Clock
  readonly logger: Logger
  readonly redactor: Redactor
  readonly limits: RunnerLimits
}
