import { orchestratorRoutes } from '@mosaic/contracts/http'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { addSessionCommand } from '../session-command.ts'

/** Ends an agent after its current step. */
export function terminateAgentRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addSessionCommand(app, deps, orchestratorRoutes.terminate, ({ note = null }) => ({ type: 'TerminateAgent', note }))
}
