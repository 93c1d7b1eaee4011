import { connectEventStore } from '@mosaic/event-store'
import { connectMessaging } from '@mosaic/messaging'
import { refuseOldPostgres } from '@mosaic/postgres'
import { packageVersion, runService } from '@mosaic/runtime'
import { createApp } from './app.ts'
import { configuration } from './configuration.ts'
import { allProjections } from './projections.ts'

await runService({
  name: 'projector',
  config: configuration,
  async start({ config, logger }) {
    await refuseOldPostgres(config.MOSAIC_POSTGRES_URL)
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
