import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gatewayRoutes, type Route, urlOf } from '@mosaic/contracts/http'
import { freePort, postgresDatabase, startEventStore, startMessaging, startService } from '@mosaic/kit'
import type { z } from 'zod'

type Asked = { params?: Record<string, string>; query?: Record<string, string | number>; body?: object }
export type OpenedLog = Awaited<ReturnType<typeof openLog>>

/** A log that somebody else has written, opened by all services but those that add to it, which come when they are asked to. */
export async function openLog(lay: (folder: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-opened-log-'))
  const data = join(folder, 'eventstore')
  lay(data)
  const engines = await Promise.all([startEventStore({ data }), startMessaging(), postgresDatabase()])
  const [store, nats, postgres] = engines
  const [orchestratorPort, coordinatorPort] = [await freePort(), await freePort()]
  const env: Record<string, string> = {
    MOSAIC_DATA_DIR: folder,
    MOSAIC_INSTANCE_ID: 'opened-again',
    MOSAIC_EVENTSTORE_URL: store.url,
    MOSAIC_NATS_URL: nats.url,
    MOSAIC_POSTGRES_URL: postgres.url,
    MOSAIC_ORCHESTRATOR_URL: `http://127.0.0.1:${orchestratorPort}`,
    MOSAIC_COORDINATOR_URL: `http://127.0.0.1:${coordinatorPort}`,
    // The log is of a certain day, and its sessions go on however long ago that was.
    MOSAIC_SESSION_HOURS: '1000000',
    MOSAIC_SCRIPTED_SPEED: '20',
  }
  const [model, projector, relay] = await Promise.all([
    startService('services/scripted-model', env),
    startService('projections/projector', env),
    startService('services/relay', env),
  ])
  env['MOSAIC_SCRIPTED_MODEL_URL'] = model.url
  env['MOSAIC_PROJECTOR_URL'] = projector.url
  const gateway = await startService('services/gateway', env)
  const services = [gateway, projector, relay, model]

  /** What the gateway answers. Throws for what is refused. */
  async function ask<Asking extends Route>(route: Asking, { params, query, body }: Asked = {}) {
    const response = await fetch(gateway.url + urlOf(route.path, params, query), {
      method: route.method,
      headers: {
        authorization: `Bearer ${readFileSync(join(folder, 'token'), 'utf8').trim()}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${route.path}: ${response.status} ${await response.text()}`)
    return route.answer.parse(await response.json()) as z.output<Asking['answer']>
  }

  return {
    eventStore: store.url,
    ask,
    session: (id: string) => ask(gatewayRoutes.session, { params: { id } }),
    sessions: async () => (await ask(gatewayRoutes.sessions, { query: { limit: 200 } })).items,
    conversation: async (id: string) =>
      (await ask(gatewayRoutes.messages, { params: { id }, query: { limit: 500 } })).items,
    projections: async () => (await ask(gatewayRoutes.projections)).items,
    async startDeciders(): Promise<void> {
      services.unshift(await startService('services/coordinator', env, coordinatorPort))
      services.unshift(await startService('services/orchestrator', env, orchestratorPort))
    },
    async close(): Promise<void> {
      await Promise.all(services.map((service) => service.stop()))
      await Promise.all(engines.map((engine) => engine.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
