import { connectEventStore } from '@mosaic/event-store'
import { connectMessaging } from '@mosaic/messaging'
import { packageVersion, runService, servicePorts, variables } from '@mosaic/runtime'
import { z } from 'zod'
import { createApp } from './app.ts'
import { allProjections } from './projections.ts'

const config = z.object({
  MOSAIC_EVENTSTORE_URL: variables.url,
  MOSAIC_NATS_URL: variables.url,
  MOSAIC_POSTGRES_URL: variables.url,
  MOSAIC_HOST: variables.host,
  MOSAIC_PORT: variables.port.default(servicePorts.projector),
  MOSAIC_INSTANCE_ID: z.string().default('projector'),
  MOSAIC_SERVICE_TOKEN: variables.serviceToken,
})

await runService({
  name: 'projector',
  config,
  async start({ config, logger }) {
    const store = connectEventStore({
      connectionString: config.MOSAIC_EVENTSTORE_URL,
      instanceId: config.MOSAIC_INSTANCE_ID,
    })
    const messaging = connectMessaging({ url: config.MOSAIC_NATS_URL, name: 'projector' })
    const app = createApp({
      postgresUrl: config.MOSAIC_POSTGRES_URL,
      store,
      messaging,
      projections: allProjections,
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
