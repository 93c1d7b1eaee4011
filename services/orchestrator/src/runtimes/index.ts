import type { KillSeen } from '@mosaic/contracts/fleet'
import type { RuntimeKind } from '@mosaic/contracts/agent-session'
import type { Actor, Clock, Rejection, Result } from '@mosaic/contracts/kernel'
import type { Messaging } from '@mosaic/messaging'
import type { Outgoing } from '@mosaic/outgoing'
import type { Redactor } from '@mosaic/redaction'
import type { Logger } from '@mosaic/runtime'
import type { Approvals } from '../approvals/index.ts'
import type { Reservations } from '../budgets/index.ts'
import type { Configuration } from '../configuration.ts'
import type { Precedence } from '../precedence.ts'
import type { Roster } from '../sessions/roster.ts'
import type { AskCoordinator, Asked, Candidates } from '../gates/index.ts'
import type { Repositories } from '../repositories/index.ts'
import type { Adoption } from '../features/adopt-agent/adopt.ts'
import type { SpawnChild } from '../tools/index.ts'
import type { Parcels } from '../worker/parcels.ts'
import type { Workshop } from '../workshop.ts'
import type { Runtime } from './contract.ts'
import { createAcpRuntime, type InstalledAgents } from './acp/index.ts'
import { createOpenclawRuntime, type Providers } from './openclaw/index.ts'
import { createInternalRuntime } from './internal/index.ts'
import type { Models, ModelTable } from './model/index.ts'
import { groundsOf } from './worktree/index.ts'
import { createPtyRuntime } from './pty/index.ts'

export { configuredModels, makerOf, modelTable, type Models, type ModelTable, tryModel } from './model/index.ts'
export { type InstalledAgent, type InstalledAgents, installedAgents } from './acp/index.ts'
export { type Contact, type Gatekeeper, type Providers, tryGateway } from './openclaw/index.ts'
export type {
  Again,
  Plan,
  Planned,
  ReportWork,
  RunningSession,
  Runtime,
  Spawning,
  Sweep,
  WorktreesLeft,
} from './contract.ts'

/** By what it is decided whether changes of agents pass. */
export type QualityParts = {
  /** Nothing is looked at, of any session. */
  readonly isYolo: boolean
  /** The person who has wanted a session as it is, as far as the log knows one. */
  readonly whoSaid: (session: Asked) => Promise<Actor | null>
  readonly ask: AskCoordinator
  readonly candidates: Candidates
  /** Where the coordinator finds this process; where it looks anyway when that is not said. */
  readonly worker: () => string | undefined
}

/** What the killer, a process beside this one, has done to sessions while this one did not get to it. */
export type Struck = {
  /** Takes up a kill of the session that was carried out, where there is one: it is contained when this returns. */
  lookFor(sessionId: string): void
  /** How it ended, as the killer has seen it. */
  seen(sessionId: string): KillSeen | undefined
  forget(sessionId: string): void
}

/** What every runtime may be made from; what it needs besides, it brings itself. */
export type RuntimeParts = {
  readonly config: Configuration
  readonly workshop: Workshop
  readonly repositories: Repositories
  /** Of this process: settings pass variables of it on, by name. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly messaging: Messaging
  readonly redactor: Redactor
  readonly parcels: Parcels
  readonly areOthers: () => boolean
  readonly agents: InstalledAgents
  readonly models: Models
  readonly modelTable: ModelTable
  readonly spawns: Precedence
  readonly approvals: Approvals
  readonly budgets: Reservations
  readonly roster: Roster
  /** What is at a provider comes to be a session here; answers whether that is settled. */
  readonly adopt: (adoption: Adoption) => Promise<boolean>
  /** Gateways that people have configured, and the one way to addresses that they give. */
  readonly gateways: Providers
  readonly outgoing: Pick<Outgoing, 'webSocket'>
  readonly spawnChild: (request: SpawnChild) => Promise<Result<{ sessionId: string }, Rejection>>
  /** For the time that a session waits for other sessions, these may run in its place. */
  readonly whileWaiting: <T>(sessionId: string, work: () => Promise<T>) => Promise<T>
  readonly quality: QualityParts
  readonly struck: Struck
  /** Aborted when this process stops. */
  readonly stopping: AbortSignal
  readonly clock: Clock
  readonly logger: Logger
}

/** All that this program can run sessions with. */
export const builtInRuntimes = (parts: RuntimeParts): readonly Runtime[] => {
  const grounds = groundsOf(parts)
  return [
    createInternalRuntime(parts, grounds),
    createAcpRuntime(parts, grounds),
    createPtyRuntime(parts, grounds),
    createOpenclawRuntime(parts),
  ]
}

export type Runtimes = ReadonlyMap<RuntimeKind, Runtime>

export const createRuntimes = (runtimes: readonly Runtime[]): Runtimes =>
  new Map(runtimes.map((runtime) => [runtime.kind, runtime]))
