import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

/** Agents of other makers on this machine. */
export function agentPresetRoutes(app: FastifyInstance, deps: FeatureDeps): void {
  const { agents } = deps
  addRoute(app, orchestratorRoutes.agentPresets, async () => ok({ items: await agents.list() }))
  addRoute(app, orchestratorRoutes.installAgentPreset, async ({ params: { name }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? agents.install(name) : caller
  })
  addRoute(app, orchestratorRoutes.removeAgentPreset, async ({ params: { name }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const removed = await agents.remove(name)
    return removed.ok ? ok(null) : removed
  })
}
