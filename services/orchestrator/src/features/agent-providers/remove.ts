import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { tokenId } from '../../agent-providers/index.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { sealedAlong } from './seal.ts'

/** Forgets a provider and its token. */
export function removeAgentProviderRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.removeAgentProvider, async ({ params: { id: providerId }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const { workspaceId } = caller.value
    const command = { type: 'RemoveProvider', providerId } as const
    const removed = await deps.credentials.inTurn(() =>
      sealedAlong(deps.credentials.remove(tokenId({ workspaceId, providerId })), () =>
        inTime(deps.commands.agentProviders(workspaceId, command, caller.value)),
      ),
    )
    return removed.ok ? ok(null) : removed
  })
}
