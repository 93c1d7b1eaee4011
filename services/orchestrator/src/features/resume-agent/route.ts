import { orchestratorRoutes } from '@mosaic/contracts/http'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { addSessionCommand } from '../session-command.ts'

/** Lets a paused agent go on. */
export function resumeAgentRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addSessionCommand(app, deps, orchestratorRoutes.resume, () => ({ type: 'ResumeAgent' }))
}
