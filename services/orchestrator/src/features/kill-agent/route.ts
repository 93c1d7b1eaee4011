import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { StoreUnavailableError } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import { type Caller, readCaller } from '@mosaic/http/caller'
import type { FastifyInstance } from 'fastify'
import type { CommandOf } from '../../domain/agent-session/index.ts'
import type { FeatureDeps } from '../deps.ts'
import { endOne, endTree, type EndResult } from '../end-tree.ts'
import { takeUpKills } from '../fleet/take-up.ts'
import { commandSession } from '../session-command.ts'

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
    const { commandId, workspaceId, actor, occurredAt } = caller.value
    deps.leaveToUs(commandId)
    const one = { kind: 'session', sessionId, tree } as const
    deps.tellOthers({ commandId, workspaceId, actor, reason, requestedAt: occurredAt.toISOString(), target: one })
    // Had it been carried out while this process stood still, it was asked for then.
    takeUpKills(deps)
    const command = { type: 'KillAgent', reason, killAllId: null, tree } as const
    // Of whom it is known that nothing is left, whatever the log has.
    const proved = new Set<string>()
    const end = async (id: string, context: Caller) => {
      const contained = deps.sessions.contain(id, { command, context })
      void contained?.then((isProved) => isProved && proved.add(id))
      return recorded(deps, id, { command, context, isContained: contained !== undefined })
    }
    const target = { sessionId, caller: caller.value, end }
    const ended = await (tree ? endTree(deps, target, endMs) : endOne(deps, target))
    if (!ended.ok || ended.value.recorded) return ended
    const unconfirmed = [sessionId, ...ended.value.tree].filter((id) => !proved.has(id))
    return ok({ ...ended.value, unconfirmed })
  })
}

type Killing = { readonly command: CommandOf<'KillAgent'>; readonly context: Caller; readonly isContained: boolean }

/** What stands still already is accepted, also while the event store is away: the record follows when it answers. */
async function recorded(
  { sessions }: FeatureDeps,
  sessionId: string,
  { command, context: caller, isContained }: Killing,
): Promise<EndResult> {
  try {
    return await commandSession(sessions, { sessionId, command, caller })
  } catch (error) {
    const entry = sessions.roster.get(sessionId)
    if (!(error instanceof StoreUnavailableError) || !isContained || !entry) throw error
    const { status, revision, position } = entry.session
    return ok({ sessionId, status, revision, position, recorded: false })
  }
}
