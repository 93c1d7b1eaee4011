import type { LiveFrame } from '@mosaic/contracts/messaging'
import type { Clock, Rejection, Result } from '@mosaic/contracts/kernel'
import type { Redactor } from '@mosaic/redaction'
import type { Logger } from '@mosaic/runtime'
import type { LimitFunction } from 'p-limit'
import type { GitWorkspace, KeyedLock } from '../../git/index.ts'
import type { Precedence } from '../../precedence.ts'
import type { Repositories } from '../../repositories/index.ts'
import type { ProvideSettings } from '../../setup/index.ts'
import type { Roster } from '../../sessions/roster.ts'
import type { StuckRules } from '../../stuck/index.ts'
import type { ChooseProvider, SandboxProvider } from '../../sandbox/index.ts'
import type { Approvals } from '../../approvals/index.ts'
import type { Reservations } from '../../budgets/index.ts'
import type { Parcels } from '../../worker/parcels.ts'
import type { SpawnChild } from '../../tools/index.ts'
import type { QualityParts, Struck } from '../index.ts'
import type { Mind } from './mind.ts'
import type { Model, ModelTable } from '../model/index.ts'
import type { Run } from './run.ts'

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
  readonly mindOf: (run: Run) => Mind
  readonly git: GitWorkspace
  readonly parcels: Parcels
  /** Whether there are workers besides this one, which might have to go on with its sessions. */
  readonly areOthers: () => boolean
  readonly repositories: Repositories
  readonly provide: ProvideSettings
  /** By the result that is made: one at a time makes it. */
  readonly setupLocks: KeyedLock
  /** Before what ended sessions held is given back: receipts of kills, and sandboxes that sessions wait for. */
  readonly precedence: Precedence
  /** Before the files of a worktree are written, and a sandbox is made: spawns that people wait for. */
  readonly spawns: Precedence
  readonly chooseSandbox: ChooseProvider
  readonly sandboxes: readonly SandboxProvider[]
  /** In which sandboxes are started, a few at a time. */
  readonly sandboxTurns: LimitFunction
  /** In which files are kept after steps, a few at a time. */
  readonly checkpointTurns: LimitFunction
  readonly modelOf: (modelProvider: string) => Model
  readonly modelTable: ModelTable
  readonly approvals: Pick<Approvals, 'policiesOf' | 'digestOf'>
  readonly budgets: Pick<Reservations, 'ask' | 'timeLeft' | 'areAny' | 'changes' | 'onChange'>
  readonly publishLive: (workspaceId: string, frame: LiveFrame) => void
  readonly spawnChild: (request: SpawnChild) => Promise<Result<{ sessionId: string }, Rejection>>
  readonly whileWaiting: <T>(sessionId: string, work: () => Promise<T>) => Promise<T>
  readonly roster: Roster
  readonly clock: Clock
  readonly logger: Logger
  readonly redactor: Redactor
  readonly quality: QualityParts
  readonly struck: Struck
  readonly limits: RunnerLimits
  readonly stuck: StuckRules
}
