import { fileURLToPath } from 'node:url'
import { workspaceId } from '@mosaic/contracts/kernel'
import { servicePorts, variables } from '@mosaic/runtime'
import { z } from 'zod'

export const configuration = z.object({
  MOSAIC_HOST: variables.host,
  MOSAIC_PORT: variables.port.default(servicePorts.gateway),
  MOSAIC_DATA_DIR: z.string().min(1),
  MOSAIC_INSTANCE_ID: z.string().min(1).max(100),
  MOSAIC_WORKSPACE_ID: workspaceId.default('default'),
  /** How the operator who signs in with this data folder's token is called. */
  MOSAIC_OPERATOR_NAME: z.string().trim().min(1).max(200).optional(),
  MOSAIC_EVENTSTORE_URL: variables.url,
  MOSAIC_NATS_URL: variables.url,
  MOSAIC_POSTGRES_URL: variables.url,
  MOSAIC_ORCHESTRATOR_URL: variables.url,
  /** Of the killer of an orchestrator on another machine; those that share the data folder are found there. */
  MOSAIC_KILLER_URL: variables.url.optional(),
  MOSAIC_PROJECTOR_URL: variables.url,
  MOSAIC_COORDINATOR_URL: variables.url,
  MOSAIC_RELAY_URL: variables.url.optional(),
  MOSAIC_SCRIPTED_MODEL_URL: variables.url.optional(),
  /** Where people reach the console, when that is not the address that they ask for a link at. */
  MOSAIC_GATEWAY_URL: variables.url.optional(),
  MOSAIC_CONSOLE_DIR: z.string().default(fileURLToPath(new URL('../../../ui/console/dist', import.meta.url))),
  /** What the other services want to see. */
  MOSAIC_SERVICE_TOKEN: variables.serviceToken,
})
export type Configuration = z.infer<typeof configuration>
