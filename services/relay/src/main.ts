import { connectEventStore } from '@mosaic/event-store'
import { connectMessaging } from '@mosaic/messaging'
import { packageVersion, runService, servicePorts, variables } from '@mosaic/runtime'
import { z } from 'zod'
import { createApp } from './app.ts'

const config = z.object({
  MOSAIC_EVENTSTORE_URL: variables.url,
  MOSAIC_NATS_URL: variables.url,
  MOSAIC_HOST: variables.host,
  MOSAIC_PORT: variables.port.default(servicePorts.relay),
  MOSAIC_SERVICE_TOKEN: variables.serviceToken,
  MOSAIC_INSTANCE_ID: z.string().default('relay'),
})

await runService({
  name: 'relay',
  config,
  async start({ config, logger }) {
    const store = connectEventStore({
      connectionString: config.MOSAIC_EVENTSTORE_URL,
      instanceId: config.MOSAIC_INSTANCE_ID,
    })
    const messaging = connectMessaging({ url: config.MOSAIC_NATS_URL, name: 'relay' })
    const app = createApp({
      store,
      messaging,
      logger,
      version: packageVersion(import.meta.url),
      host: config.MOSAIC_HOST,
      serviceToken: config.MOSAIC_SERVICE_TOKEN,
    })
    await app.http.listen({ host: config.MOSAIC_HOST, port: config.MOSAIC_PORT })
    return {
      async close() {
        await app.close()
        await Promise.all([messaging.close(), store.close()])
      },
    }
  },
})
