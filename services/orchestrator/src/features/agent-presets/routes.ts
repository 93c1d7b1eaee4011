import type { AgentPresetView } from '@mosaic/contracts/agent-provider'
import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { InstalledAgent } from '../../runtimes/index.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

/** Agents of other makers on this machine. */
export function agentPresetRoutes(app: FastifyInstance, deps: FeatureDeps): void {
  const { agents, models, modelProviders } = deps
  const viewOf = ({ dialect, ...agent }: InstalledAgent): AgentPresetView => {
    const speaks = (name: string) => {
      const address = models.addressOf(name, dialect)
      return typeof address !== 'string' && address.dialect === dialect
    }
    const all = ['scripted', ...modelProviders.all().map(({ name }) => name)]
    return { ...agent, modelProviders: all.filter(speaks) }
  }
  addRoute(app, orchestratorRoutes.agentPresets, async () => ok({ items: (await agents.list()).map(viewOf) }))
  addRoute(app, orchestratorRoutes.installAgentPreset, async ({ params: { name }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const installing = await agents.install(name)
    return installing.ok ? ok(viewOf(installing.value)) : installing
  })
  addRoute(app, orchestratorRoutes.removeAgentPreset, async ({ params: { name }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const removed = await agents.remove(name)
    return removed.ok ? ok(null) : removed
  })
}
