import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { providersOf } from './known.ts'
import { viewOf } from './view.ts'

export function agentProvidersRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.agentProviders, async ({ request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const providers = await inTime(providersOf(deps.store, caller.value.workspaceId))
    return ok({ items: providers.map((provider) => viewOf(deps, provider)) })
  })
}
