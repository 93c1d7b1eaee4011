import { orchestratorRoutes } from '@mosaic/contracts/http'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { addSessionCommand } from '../session-command.ts'

/** Lets an agent's next commit hold what was taken for a secret. */
export function allowSecretRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addSessionCommand(app, deps, orchestratorRoutes.allowSecret, (found) => ({ type: 'AllowSecret', ...found }))
}
