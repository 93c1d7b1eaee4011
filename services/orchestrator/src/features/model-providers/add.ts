import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import { ownSecrets } from '@mosaic/runtime'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { makerOf } from '../../runtimes/index.ts'
import { changeCredentials } from '../credentials/change.ts'
import { viewOf } from './view.ts'

/** Adds a model provider, or replaces the one of its name. */
export function addModelProviderRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.addModelProvider, async ({ body, request }) => {
    const { name, apiKey = null, ...settings } = body
    // Before anything else: from here on it is in no event and no log line.
    if (apiKey !== null) ownSecrets.add(apiKey)
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const { host } = new URL(settings.baseUrl ?? makerOf(settings.dialect).url)
    const stored = await changeCredentials(deps, caller.value, () => ({
      draft: deps.modelProviders.put(name, { ...settings, apiKey }),
      event: {
        type: 'CredentialStored',
        data: { kind: 'model', name, host, hasSecret: apiKey !== null, replaced: deps.modelProviders.isAdded(name) },
      },
    }))
    if (!stored.ok) return stored
    return ok(viewOf(deps, { ...settings, apiKey, name, source: 'added', problem: null }))
  })
}
