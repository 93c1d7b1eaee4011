import { orchestratorRoutes } from '@mosaic/contracts/http'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { addSessionCommand } from '../session-command.ts'

/** Kills an agent and all its processes. Agents that it spawned go on: each is killed by itself, or all by kill-all. */
export function killAgentRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addSessionCommand(app, deps, orchestratorRoutes.kill, ({ reason = null }) => ({
    type: 'KillAgent',
    reason,
    killAllId: null,
  }))
}
