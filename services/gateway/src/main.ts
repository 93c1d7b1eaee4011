import { userInfo } from 'node:os'
import { systemClock } from '@mosaic/contracts/kernel'
import { connectEventStore } from '@mosaic/event-store'
import { connectMessaging } from '@mosaic/messaging'
import { connectPostgres, followProgress, refuseOldPostgres } from '@mosaic/postgres'
import { type Logger, packageVersion, runService } from '@mosaic/runtime'
import { createApp } from './app.ts'
import { type Configuration, configuration } from './configuration.ts'
import { createUpstream } from '@mosaic/http'
import { createKillers } from '@mosaic/http/killers'

await runService({ name: 'gateway', config: configuration, start })

async function start({ config, logger }: { config: Configuration; logger: Logger }) {
  await refuseOldPostgres(config.MOSAIC_POSTGRES_URL)
  const eventStore = connectEventStore({
    connectionString: config.MOSAIC_EVENTSTORE_URL,
    instanceId: config.MOSAIC_INSTANCE_ID,
    logger,
  })
  const messaging = connectMessaging({ url: config.MOSAIC_NATS_URL, name: 'gateway' })
  const postgres = connectPostgres({
    url: config.MOSAIC_POSTGRES_URL,
    applicationName: 'mosaic gateway',
    access: 'reader',
    onConnectionLost: (error) => logger.warn({ err: error }, 'a connection to Postgres broke'),
  })
  const progress = followProgress({
    url: config.MOSAIC_POSTGRES_URL,
    applicationName: 'mosaic gateway',
    db: postgres.db,
  })
  const serviceToken = config.MOSAIC_SERVICE_TOKEN
  const headers = { authorization: `Bearer ${serviceToken}` }
  /** A service that is asked for its health alone. */
  const asked = (name: string, url: string | undefined) =>
    url === undefined ? undefined : createUpstream({ name, url, unavailable: 'STORE_UNAVAILABLE', headers })
  const app = await createApp({
    logger,
    version: packageVersion(import.meta.url),
    instanceId: config.MOSAIC_INSTANCE_ID,
    clock: systemClock,
    host: config.MOSAIC_HOST,
    dataFolder: config.MOSAIC_DATA_DIR,
    consoleFolder: config.MOSAIC_CONSOLE_DIR,
    operator: {
      operatorId: 'local',
      name: config.MOSAIC_OPERATOR_NAME ?? userInfo().username,
      workspaceId: config.MOSAIC_WORKSPACE_ID,
      role: 'admin',
    },
    publicUrl: config.MOSAIC_GATEWAY_URL,
    serviceToken,
    eventStore,
    messaging,
    postgres,
    progress,
    orchestrator: createUpstream({
      name: 'orchestrator',
      url: config.MOSAIC_ORCHESTRATOR_URL,
      unavailable: 'ORCHESTRATOR_UNAVAILABLE',
      headers,
    }),
    killers: createKillers({
      url: config.MOSAIC_KILLER_URL,
      dataFolder: config.MOSAIC_DATA_DIR,
      serviceToken,
      tellAll: messaging.publishStrike,
    }),
    coordinator: createUpstream({
      name: 'coordinator',
      url: config.MOSAIC_COORDINATOR_URL,
      unavailable: 'COORDINATOR_UNAVAILABLE',
      headers,
    }),
    projector: createUpstream({
      name: 'projector',
      url: config.MOSAIC_PROJECTOR_URL,
      unavailable: 'PROJECTOR_UNAVAILABLE',
      headers,
    }),
    relay: asked('relay', config.MOSAIC_RELAY_URL),
    scriptedModelUrl: config.MOSAIC_SCRIPTED_MODEL_URL,
  })
  const address = await app.listen({ host: config.MOSAIC_HOST, port: config.MOSAIC_PORT })
  logger.info({ address }, 'listening')
  return {
    async close() {
      await app.close()
      await Promise.allSettled([eventStore.close(), messaging.close(), progress.close()])
      await postgres.close()
    },
  }
}
