import { setGlobalProxyFromEnv } from 'node:http'
import { connectEventStore } from '@mosaic/event-store'
import { connectMessaging } from '@mosaic/messaging'
import { createRedactor } from '@mosaic/redaction'
import { ownSecrets, type ServiceDefinition } from '@mosaic/runtime'
import { configuration, proxyOf } from './configuration.ts'
import { upstreamProxy } from './egress/index.ts'
import { type RuntimesOf, startOrchestrator } from './orchestrator.ts'

/** The orchestrator as a process, with these runtimes. */
export const orchestratorService = (
  runtimesOf: RuntimesOf,
  environment: NodeJS.ProcessEnv,
): ServiceDefinition<typeof configuration> => ({
  name: 'orchestrator',
  config: configuration,
  async start({ config, logger }) {
    const proxy = proxyOf(config)
    // Model gateways are asked by fetch, which heeds no proxy by itself.
    if (proxy && upstreamProxy(proxy.address))
      setGlobalProxyFromEnv({ https_proxy: proxy.address, no_proxy: proxy.except })
    const redactor = createRedactor(ownSecrets)
    const store = connectEventStore({
      connectionString: config.MOSAIC_EVENTSTORE_URL,
      instanceId: config.MOSAIC_INSTANCE_ID,
      redactor,
      logger,
    })
    const messaging = connectMessaging({ url: config.MOSAIC_NATS_URL, name: 'orchestrator' })
    const orchestrator = await startOrchestrator(
      config,
      { store, messaging, redactor, logger, environment },
      runtimesOf,
    )
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
