import { connectEventStore } from '@mosaic/event-store'
import { connectMessaging } from '@mosaic/messaging'
import { createRedactor } from '@mosaic/redaction'
import { ownSecrets, runService } from '@mosaic/runtime'
import { configuration } from './configuration.ts'
import { startCoordinator } from './coordinator.ts'

await runService({
  name: 'coordinator',
  config: configuration,
  async start({ config, logger }) {
    const store = connectEventStore({
      connectionString: config.MOSAIC_EVENTSTORE_URL,
      instanceId: config.MOSAIC_INSTANCE_ID,
      redactor: createRedactor(ownSecrets),
      logger,
    })
    const messaging = connectMessaging({ url: config.MOSAIC_NATS_URL, name: 'coordinator' })
    const coordinator = await startCoordinator(config, { store, messaging, logger })
    logger.info({ url: coordinator.url }, 'listening')
    return {
      failed: coordinator.failed,
      async close() {
        await coordinator.close()
        await Promise.all([messaging.close(), store.close()])
      },
    }
  },
})
