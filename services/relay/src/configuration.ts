import { servicePorts, variables } from '@mosaic/runtime'
import { z } from 'zod'

export const configuration = z.object({
  MOSAIC_EVENTSTORE_URL: variables.url,
  MOSAIC_NATS_URL: variables.url,
  MOSAIC_HOST: variables.host,
  MOSAIC_PORT: variables.port.default(servicePorts.relay),
  MOSAIC_SERVICE_TOKEN: variables.serviceToken,
  MOSAIC_INSTANCE_ID: z.string().default('relay'),
})
