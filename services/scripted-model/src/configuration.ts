import { servicePorts, variables } from '@mosaic/runtime'
import { z } from 'zod'

export const configuration = z.object({
  MOSAIC_HOST: variables.host,
  MOSAIC_PORT: variables.port.default(servicePorts['scripted-model']),
  MOSAIC_SERVICE_TOKEN: variables.serviceToken.optional(),
  MOSAIC_SCRIPTED_SPEED: z.coerce.number<string>().positive().max(1_000_000).default(1),
})
