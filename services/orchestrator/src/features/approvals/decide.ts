import { orchestratorRoutes } from '@mosaic/contracts/http'
import { addRoute } from '@mosaic/http'
import { readCaller } from '@mosaic/http/caller'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { commandSession } from '../session-command.ts'

/** Says of the call that was shown whether it may be made. */
export function decideApprovalRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.decideApproval, async ({ params: { id, approvalId }, body, request }) => {
    const caller = readCaller(request, deps)
    if (!caller.ok) return caller
    const { note, ...said } = body
    const redacted = note === undefined ? null : deps.redactor.in(caller.value.workspaceId).text(note)
    const who = { operatorName: caller.value.operatorName, at: deps.clock.now().toISOString() }
    const command = { type: 'DecideApproval', approvalId, ...said, note: redacted, ...who } as const
    return commandSession(deps.sessions, { sessionId: id, command, caller: caller.value })
  })
}
