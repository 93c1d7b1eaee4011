import { connectEventStore } from '@mosaic/event-store'
import { connectMessaging } from '@mosaic/messaging'
import { createRedactor, secretsIn } from '@mosaic/redaction'
import { runService } from '@mosaic/runtime'
import { configuration } from './configuration.ts'
import { startOrchestrator } from './orchestrator.ts'

// Agents and their programs find the modes that they are used to; the folders on the way there are closed to others.
process.umask(0o022)

await runService({
  name: 'orchestrator',
  config: configuration,
  async start({ config, logger }) {
    const store = connectEventStore({
      connectionString: config.MOSAIC_EVENTSTORE_URL,
      instanceId: config.MOSAIC_INSTANCE_ID,
      redactor: createRedactor(secretsIn(config)),
    })
    const messaging = connectMessaging({ url: config.MOSAIC_NATS_URL, name: 'orchestrator' })
    const orchestrator = await startOrchestrator(config, { store, messaging, logger })
    logger.info({ url: orchestrator.url }, 'listening')
    return {
      failed: orchestrator.failed,
      async close() {
        await orchestrator.close()
        await Promise.all([messaging.close(), store.close()])
      },
    }
  },
})
