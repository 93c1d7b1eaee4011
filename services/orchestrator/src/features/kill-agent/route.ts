import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { StoreUnavailableError } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { CommandOf } from '../../domain/agent-session/index.ts'
import { type Caller, readCaller } from '../caller.ts'
import type { FeatureDeps } from '../deps.ts'
import { endOne, endTree } from '../end-tree.ts'
import { type CommandResult, commandSession } from '../session-command.ts'

/** How long the answer waits for the end of a tree, in milliseconds. */
const endMs = 10_000

/**
 * Kills an agent and all its processes: first the deed, then the record. Agents that it spawned go on, and the answer
 * says how many; with `tree` they are killed as well.
 */
export function killAgentRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.kill, async ({ params: { id: sessionId }, body, request }) => {
    const caller = readCaller(request, deps)
    if (!caller.ok) return caller
    const { reason = null, tree } = body
    const command = { type: 'KillAgent', reason, killAllId: null, tree } as const
    const end = (id: string, context: Caller) => kill(deps, id, { command, context })
    const target = { sessionId, caller: caller.value, end }
    return tree ? endTree(deps, target, endMs) : endOne(deps, target)
  })
}

async function kill(
  deps: FeatureDeps,
  sessionId: string,
  { command, context }: { command: CommandOf<'KillAgent'>; context: Caller },
): Promise<CommandResult> {
  const isContained = deps.sessions.contain(sessionId, { command, context })
  const recorded = commandSession(deps.sessions, { sessionId, command, caller: context })
  return isContained ? recorded.catch((error: unknown) => accepted(deps, sessionId, error)) : recorded
}

/** It stands still already; the record follows when the event store answers. */
function accepted({ sessions }: FeatureDeps, sessionId: string, error: unknown): CommandResult {
  const entry = sessions.roster.get(sessionId)
  if (!(error instanceof StoreUnavailableError) || !entry) throw error
  const { status, revision, position } = entry.session
  return ok({ sessionId, status, revision, position })
}
