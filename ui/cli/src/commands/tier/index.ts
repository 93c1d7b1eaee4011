import type { Register } from '../../cli.ts'
import { registerConnections } from './connections.ts'
import { registerDoctor } from './doctor.ts'
import { registerDown } from './down.ts'
import { registerEventstore } from './eventstore.ts'
import { registerLogs } from './logs.ts'
import { registerReset } from './reset.ts'
import { registerStatus } from './status.ts'
import { registerUp } from './up.ts'

/** The local tier's commands. */
export const registerTier: Register = (program) => {
  for (const register of [
    registerUp,
    registerDown,
    registerStatus,
    registerConnections,
    registerLogs,
    registerDoctor,
    registerReset,
    registerEventstore,
  ])
    register(program)
}
