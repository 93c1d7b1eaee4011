import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute, scriptedModelKey } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { Configuration } from '../configuration.ts'

/** What another machine's orchestrator has to be told to work for the same instance. Its service token is its own credential. */
export function environmentForWorkers(config: Configuration): Record<string, string> {
  const environment = {
    MOSAIC_EVENTSTORE_URL: config.MOSAIC_JOIN_EVENTSTORE_URL ?? config.MOSAIC_EVENTSTORE_URL,
    MOSAIC_NATS_URL: config.MOSAIC_JOIN_NATS_URL ?? config.MOSAIC_NATS_URL,
    MOSAIC_COORDINATOR_URL: config.MOSAIC_JOIN_COORDINATOR_URL ?? config.MOSAIC_COORDINATOR_URL,
    MOSAIC_SCRIPTED_MODEL_URL: config.MOSAIC_SCRIPTED_MODEL_URL,
    MOSAIC_SCRIPTED_MODEL_KEY: config.MOSAIC_SCRIPTED_MODEL_URL && scriptedModelKey(config.MOSAIC_SERVICE_TOKEN),
    MOSAIC_WORKSPACE_ID: config.MOSAIC_WORKSPACE_ID,
  }
  return Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : [])))
}

/** Asked by the gateway for a worker that the coordinator has let in. */
export function workerSettingsRoute(app: FastifyInstance, environment: Readonly<Record<string, string>>): void {
  addRoute(app, orchestratorRoutes.workerSettings, async () => ok({ environment }))
}
