import { runService, servicePorts, variables } from '@mosaic/runtime'
import { z } from 'zod'
import { check } from './check.ts'
import { startScriptedModel } from './server.ts'

const config = z.object({
  MOSAIC_HOST: variables.host,
  MOSAIC_PORT: variables.port.default(servicePorts['scripted-model']),
  MOSAIC_SERVICE_TOKEN: variables.serviceToken.optional(),
  MOSAIC_SCRIPTED_SPEED: z.coerce.number<string>().positive().max(1_000_000).default(1),
})

const [verb, ...rest] = process.argv.slice(2)
if (verb === 'check') process.exitCode = await check(rest, console.log)
else {
  await runService({
    name: 'scripted-model',
    config,
    async start({ config, logger }) {
      const {
        MOSAIC_HOST: host,
        MOSAIC_PORT: port,
        MOSAIC_SCRIPTED_SPEED: speed,
        MOSAIC_SERVICE_TOKEN: apiKey,
      } = config
      const server = await startScriptedModel({ host, port, speed, apiKey, logger })
      logger.info({ url: server.url, speed }, 'listening')
      return server
    },
  })
}
