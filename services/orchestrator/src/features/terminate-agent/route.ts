import { orchestratorRoutes } from '@mosaic/contracts/http'
import { addRoute } from '@mosaic/http'
import { type Caller, readCaller } from '@mosaic/http/caller'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { endOne, endTree } from '../end-tree.ts'
import { commandSession } from '../session-command.ts'

/** Ends an agent after its current step, and with `tree` those that it spawned after theirs. */
export function terminateAgentRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.terminate, async ({ params: { id: sessionId }, body, request }) => {
    const caller = readCaller(request, deps)
    if (!caller.ok) return caller
    const { note = null, tree } = body
    const command = { type: 'TerminateAgent', note, tree } as const
    const end = (id: string, who: Caller) => commandSession(deps.sessions, { sessionId: id, command, caller: who })
    const target = { sessionId, caller: caller.value, end }
    return tree ? endTree(deps, target, 0) : endOne(deps, target)
  })
}
