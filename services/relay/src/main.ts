import { connectEventStore } from '@mosaic/event-store'
import { connectMessaging } from '@mosaic/messaging'
import { packageVersion, runService } from '@mosaic/runtime'
import { createApp } from './app.ts'
import { configuration } from './configuration.ts'

await runService({
  name: 'relay',
  config: configuration,
  async start({ config, logger }) {
    const store = connectEventStore({
      connectionString: config.MOSAIC_EVENTSTORE_URL,
      instanceId: config.MOSAIC_INSTANCE_ID,
      logger,
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
