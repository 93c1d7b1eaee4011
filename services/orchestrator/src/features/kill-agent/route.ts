import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { StoreUnavailableError } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { readCaller } from '../caller.ts'
import type { FeatureDeps } from '../deps.ts'
import { type CommandResult, commandSession } from '../session-command.ts'

/**
 * Kills an agent and all its processes: first the deed, then the record. Agents that it spawned go on: each is killed by
 * itself, or all by kill-all.
 */
export function killAgentRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.kill, async ({ params: { id: sessionId }, body, request }) => {
    const caller = readCaller(request, deps)
    if (!caller.ok) return caller
    const command = { type: 'KillAgent', reason: body.reason ?? null, killAllId: null } as const
    const isContained = deps.sessions.contain(sessionId, { command, context: caller.value })
    const recorded = commandSession(deps.sessions, { sessionId, command, caller: caller.value })
    return isContained ? recorded.catch((error: unknown) => accepted(deps, sessionId, error)) : recorded
  })
}

/** It stands still already; the record follows when the event store answers. */
function accepted({ sessions }: FeatureDeps, sessionId: string, error: unknown): CommandResult {
  const entry = sessions.roster.get(sessionId)
  if (!(error instanceof StoreUnavailableError) || !entry) throw error
  const { status, revision, position } = entry.session
  return ok({ sessionId, status, revision, position })
}
