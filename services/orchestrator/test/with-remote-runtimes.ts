import { runService } from '@mosaic/runtime'
import { builtInRuntimes, type RuntimeParts } from '../src/runtimes/index.ts'
import { orchestratorService } from '../src/service.ts'
import { remoteRuntime } from './remote-runtime.ts'

const pausable = { pause: 'between-steps', bargeIn: 'after-current-turn', killProof: 'reported' } as const
const unpausable = { ...pausable, pause: 'none' } as const

/** What the program brings, and two runtimes of tests. */
export const withRemoteRuntimes = (parts: RuntimeParts) => [
  ...builtInRuntimes(parts),
  remoteRuntime({ kind: 'remote', capabilities: pausable }, parts),
  remoteRuntime({ kind: 'remote-unpausable', capabilities: unpausable }, parts),
]

// As a process of its own, for tests of other services.
if (import.meta.main) await runService(orchestratorService(withRemoteRuntimes, process.env))
