import { runService } from '@mosaic/runtime'
import { check } from './check.ts'
import { configuration } from './configuration.ts'
import { startScriptedModel } from './server.ts'

const [verb, ...rest] = process.argv.slice(2)
if (verb === 'check') process.exitCode = await check(rest, console.log)
else {
  await runService({
    name: 'scripted-model',
    config: configuration,
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
