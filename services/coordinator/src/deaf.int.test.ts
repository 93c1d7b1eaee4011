import { connectEventStore } from '@mosaic/event-store'
import { serviceToken, startEventStore, startMessaging } from '@mosaic/kit'
import { connectMessaging } from '@mosaic/messaging'
import { createLogger } from '@mosaic/runtime'
import { expect, test } from 'vitest'
import { configuration } from './configuration.ts'
import { startCoordinator } from './coordinator.ts'

test('a coordinator that can not follow the log any more says unhealthy and gives up, it does not live on deaf', async () => {
  const [engine, nats] = await Promise.all([startEventStore(), startMessaging()])
  const store = connectEventStore({ connectionString: engine.url, instanceId: 'test' })
  const messaging = connectMessaging({ url: nats.url, name: 'test' })
  const config = configuration.parse({
    MOSAIC_EVENTSTORE_URL: engine.url,
    MOSAIC_NATS_URL: nats.url,
    MOSAIC_ORCHESTRATOR_URL: 'http://127.0.0.1:9',
    MOSAIC_SERVICE_TOKEN: serviceToken,
    MOSAIC_PORT: '0',
  })
  const logger = createLogger({ name: 'coordinator', level: 'silent' })
  const ended = { ...store, subscribeAll: async function* () {} }
  const coordinator = await startCoordinator(config, { store: ended, messaging, logger })
  try {
    await expect(coordinator.failed).rejects.toThrow('the subscription to the log has ended')
    const health = await fetch(`${coordinator.url}/health`, { headers: { authorization: `Bearer ${serviceToken}` } })
    expect([health.status, await health.json()]).toMatchObject([503, { status: 'unhealthy' }])
  } finally {
    await coordinator.close()
    await Promise.all([messaging.close(), store.close()])
    await Promise.all([engine.close(), nats.close()])
  }
})
