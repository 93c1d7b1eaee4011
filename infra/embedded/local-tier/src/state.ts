import { isAlive } from '@mosaic/runtime'
import { z } from 'zod'
import { componentNames } from './component.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import type { Paths } from './paths.ts'

const ProcessIdentity = z.object({ pid: z.int(), startTime: z.string() })

const ComponentState = z.object({
  status: z.enum(['starting', 'running', 'restarting', 'stopped']),
  process: ProcessIdentity.nullable(),
  restarts: z.int(),
  probe: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.enum(['nats', 'postgres']), url: z.string() }),
      z.object({ kind: z.literal('eventstore'), url: z.string(), authority: z.string().default('') }),
      z.object({ kind: z.literal('service'), url: z.string(), token: z.string().default('') }),
    ])
    .nullable(),
})
export type ComponentState = z.infer<typeof ComponentState>

const State = z.object({
  status: z.enum(['starting', 'running', 'stopping', 'stopped']),
  supervisor: ProcessIdentity.nullable(),
  startedAt: z.string(),
  /** Kept after a stop, so that the next start takes the same ports and links keep working. */
  ports: z.partialRecord(z.enum(componentNames), z.int()),
  components: z.partialRecord(z.enum(componentNames), ComponentState),
})
export type State = z.infer<typeof State>

const RunFile = z.object({
  eventstore: z.string(),
  nats: z.string(),
  postgres: z.string(),
  gateway: z.string(),
  orchestrator: z.string(),
})
/** Connection strings and addresses that work as they are. */
export type Addresses = z.infer<typeof RunFile>

export const readState = (paths: Paths): State | undefined => readJsonFile(paths.state, State)
export const writeState = (paths: Paths, state: State): void => writeJsonFile(paths.state, state)
export const readAddresses = (paths: Paths): Addresses | undefined => readJsonFile(paths.run, RunFile)
export const writeAddresses = (paths: Paths, addresses: Addresses): void => writeJsonFile(paths.run, addresses)

/** Whether the supervisor that the records name still runs (they outlive a supervisor that was killed). */
export function supervisorRuns(state: State | undefined): boolean {
  return state?.supervisor ? isAlive(state.supervisor) : false
}
