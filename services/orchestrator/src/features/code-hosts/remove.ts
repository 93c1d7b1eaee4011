import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import { changeCredentials } from '../credentials/change.ts'
import type { FeatureDeps } from '../deps.ts'
import { knownHost } from './known.ts'

/** Forgets a code host and its token. Pull requests there are watched again when it is added again. */
export function removeCodeHostRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.removeCodeHost, async ({ params: { name }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const known = knownHost(deps, name)
    if (!known.ok) return known
    const removed = await changeCredentials(deps, caller.value, () => ({
      draft: deps.codeHosts.remove(name),
      event: { type: 'CredentialRemoved', data: { kind: 'code-host', name } },
    }))
    return removed.ok ? ok(null) : removed
  })
}
