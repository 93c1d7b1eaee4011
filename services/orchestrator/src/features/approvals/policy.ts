import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { workspacePolicyOf } from '../../approvals/index.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { checkedCalls } from './check.ts'

/** What agents of a workspace may do: as it is, from now on, and as it would have been. */
export function approvalPolicyRoutes(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.approvalPolicy, async ({ request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? ok(await inTime(workspacePolicyOf(deps.store, caller.value.workspaceId))) : caller
  })
  addRoute(app, orchestratorRoutes.setApprovalPolicy, async ({ body: { policy }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const { workspaceId } = caller.value
    const command = { type: 'SetApprovalPolicy', workspaceId, policy } as const
    const handled = await inTime(deps.commands.approvalPolicy(workspaceId, command, caller.value))
    if (!handled.ok) return handled
    const { events, position } = handled.value
    return ok({ changed: events.length > 0, position })
  })
  addRoute(app, orchestratorRoutes.checkApprovalPolicy, async ({ body: { policy, sessionId }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const checked = await inTime(checkedCalls(deps.store, { policy, sessionId, workspaceId: caller.value.workspaceId }))
    return checked ? ok(checked) : err({ code: 'SESSION_NOT_FOUND', message: 'there is no such session' })
  })
}
