import { createLogger, readConfig, variables } from '@mosaic/runtime'
import { z } from 'zod'
import { runSupervisor } from './run-supervisor.ts'
import type { SupervisorMessage } from './supervisor-messages.ts'

// The supervisor in the background (`mosaic up --detach`): started with an IPC channel by the command, which reads
// what it tells and lets go of it when everything is healthy.
const config = readConfig(
  z.object({
    MOSAIC_DATA_DIR: z.string(),
    MOSAIC_ROOT: z.string(),
    MOSAIC_HOST: variables.host,
    MOSAIC_GATEWAY_PORT: variables.port.optional(),
  }),
)
const tell = (message: SupervisorMessage) => {
  if (process.connected) process.send?.(message, () => {})
}
process.exitCode = await runSupervisor({
  dataDir: config.MOSAIC_DATA_DIR,
  root: config.MOSAIC_ROOT,
  host: config.MOSAIC_HOST,
  ...(config.MOSAIC_GATEWAY_PORT === undefined ? {} : { gatewayPort: config.MOSAIC_GATEWAY_PORT }),
  logger: createLogger({ name: 'supervisor' }),
  tell,
  // Killed before everything was healthy, the command cannot tell anybody that this runs: it must not.
  starterGone: new Promise<string>((resolve) => process.once('disconnect', () => resolve('command gone'))),
})
if (process.connected) process.disconnect()
