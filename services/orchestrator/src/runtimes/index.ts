import type { RuntimeKind } from '@mosaic/contracts/agent-session'
import type { Clock, Rejection, Result } from '@mosaic/contracts/kernel'
import type { Messaging } from '@mosaic/messaging'
import type { Logger } from '@mosaic/runtime'
import type { Configuration } from '../configuration.ts'
import type { Roster } from '../sessions/roster.ts'
import type { Repositories } from '../repositories/index.ts'
import type { SpawnChild } from '../tools/index.ts'
import type { Workshop } from '../workshop.ts'
import type { Runtime } from './contract.ts'
import { createInternalRuntime, type Models, type ModelTable } from './internal/index.ts'

export { configuredModels, modelTable, type Models, type ModelTable, tryModel } from './internal/index.ts'
export type { Again, Plan, Planned, RunningSession, Runtime, Sweep } from './contract.ts'

/** What every runtime may be made from; what it needs besides, it brings itself. */
export type RuntimeParts = {
  readonly config: Configuration
  readonly workshop: Workshop
  readonly repositories: Repositories
  /** Of this process: settings pass variables of it on, by name. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly messaging: Messaging
  readonly models: Models
  readonly modelTable: ModelTable
  readonly roster: Roster
  readonly spawnChild: (request: SpawnChild) => Promise<Result<{ sessionId: string }, Rejection>>
  /** For the time that a session waits for other sessions, these may run in its place. */
  readonly whileWaiting: <T>(sessionId: string, work: () => Promise<T>) => Promise<T>
  readonly clock: Clock
  readonly logger: Logger
}

/** All that this program can run sessions with. */
export const builtInRuntimes = (parts: RuntimeParts): readonly Runtime[] => [createInternalRuntime(parts)]

export type Runtimes = ReadonlyMap<RuntimeKind, Runtime>

export const createRuntimes = (runtimes: readonly Runtime[]): Runtimes =>
  new Map(runtimes.map((runtime) => [runtime.kind, runtime]))
