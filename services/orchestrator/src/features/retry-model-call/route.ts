import { orchestratorRoutes } from '@mosaic/contracts/http'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { addSessionCommand } from '../session-command.ts'

/** Ends an agent's wait for its model. */
export function retryModelCallRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addSessionCommand(app, deps, orchestratorRoutes.retryModelCall, () => ({ type: 'RetryModelCall' }))
}
