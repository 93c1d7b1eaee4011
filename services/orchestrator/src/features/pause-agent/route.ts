import { orchestratorRoutes } from '@mosaic/contracts/http'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { addSessionCommand } from '../session-command.ts'

/** Asks an agent to pause; `AgentPaused` follows when nothing of it moves any more. */
export function pauseAgentRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addSessionCommand(app, deps, orchestratorRoutes.pause, ({ reason = null }) => ({ type: 'PauseAgent', reason }))
}
