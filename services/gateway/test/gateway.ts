import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@mosaic/contracts/kernel'
import { connectEventStore } from '@mosaic/event-store'
import { serviceToken } from '@mosaic/kit'
import { connectMessaging } from '@mosaic/messaging'
import { connectPostgres, followProgress } from '@mosaic/postgres'
import { createLogger } from '@mosaic/runtime'
import { createApp } from '../src/app.ts'
import { createUpstream } from '@mosaic/http'
import { createKillers } from '@mosaic/http/killers'

export const testInstance = 'test'

/** An address where nobody listens: port 1 is reserved. */
const nobody = '127.0.0.1:1'

export type TestGatewayOptions = {
  eventStoreUrl?: string
  natsUrl?: string
  postgresUrl?: string
  orchestratorUrl?: string
  coordinatorUrl?: string
  projectorUrl?: string
  dataFolder?: string
}

/** A gateway on a free port whose engines are those given; all others are down. */
export async function startTestGateway(options: TestGatewayOptions = {}) {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'mosaic-gateway-'))
  const postgresUrl = options.postgresUrl ?? `postgres://nobody:x@${nobody}/mosaic`
  const eventStore = connectEventStore({
    connectionString: options.eventStoreUrl ?? `esdb://${nobody}?tls=false`,
    instanceId: 'test',
  })
  const messaging = connectMessaging({ url: options.natsUrl ?? `nats://${nobody}`, name: 'test gateway' })
  const postgres = connectPostgres({ url: postgresUrl, applicationName: 'test gateway', access: 'reader' })
  const progress = followProgress({ url: postgresUrl, applicationName: 'test gateway', db: postgres.db })
  const app = await createApp({
    logger: createLogger({ name: 'gateway', level: 'silent' }),
    version: '0.0.0',
    instanceId: testInstance,
    clock: systemClock,
    host: '127.0.0.1',
    // A busy machine is not what these tests are about.
    busyAfterMs: Infinity,
    dataFolder,
    consoleFolder: join(dataFolder, 'console'),
    operator: { operatorId: 'local', name: 'Ada', workspaceId: 'default', role: 'admin' },
    serviceToken,
    eventStore,
    messaging,
    postgres,
    progress,
    orchestrator: createUpstream({
      name: 'orchestrator',
      url: options.orchestratorUrl ?? `http://${nobody}`,
      unavailable: 'ORCHESTRATOR_UNAVAILABLE',
      headers: { authorization: `Bearer ${serviceToken}` },
    }),
    killers: createKillers({ url: undefined, dataFolder, serviceToken }),
    coordinator: createUpstream({
      name: 'coordinator',
      url: options.coordinatorUrl ?? `http://${nobody}`,
      unavailable: 'COORDINATOR_UNAVAILABLE',
      headers: { authorization: `Bearer ${serviceToken}` },
    }),
    projector: createUpstream({
      name: 'projector',
      url: options.projectorUrl ?? `http://${nobody}`,
      unavailable: 'PROJECTOR_UNAVAILABLE',
      headers: { authorization: `Bearer ${serviceToken}` },
    }),
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const token = readFileSync(join(dataFolder, 'token'), 'utf8').trim()
  return {
    app,
    url,
    dataFolder,
    eventStore,
    messaging,
    bearer: { authorization: `Bearer ${token}` },
    async close() {
      await app.close()
      await Promise.allSettled([eventStore.close(), messaging.close(), progress.close()])
      await postgres.close()
      if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}
