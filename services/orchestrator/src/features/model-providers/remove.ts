import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { changeCredentials } from '../credentials/change.ts'

/** Forgets a model provider and its key. Sessions on it wait for it to come back. */
export function removeModelProviderRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.removeModelProvider, async ({ params: { name }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    if (!deps.modelProviders.isAdded(name)) {
      const inEnvironment = deps.modelProviders.find(name) !== undefined
      const why = inEnvironment ? "is the environment's: unset ANTHROPIC_API_KEY and start again" : 'was not added'
      return err({ code: 'MODEL_PROVIDER_NOT_FOUND', message: `the model provider ${name} ${why}`, field: 'name' })
    }
    const removed = await changeCredentials(deps, caller.value, () => ({
      draft: deps.modelProviders.remove(name),
      event: { type: 'CredentialRemoved', data: { kind: 'model', name } },
    }))
    return removed.ok ? ok(null) : removed
  })
}
