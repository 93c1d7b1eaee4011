import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import { ownSecrets } from '@mosaic/runtime'
import type { FastifyInstance } from 'fastify'
import { apiUrlOf } from '../../code-hosts/index.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import { changeCredentials } from '../credentials/change.ts'
import type { FeatureDeps } from '../deps.ts'
import { viewOf } from './view.ts'

/** Adds a code host, or replaces the one of its name. */
export function addCodeHostRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.addCodeHost, async ({ body: { name, ...credential }, request }) => {
    // Before anything else: from here on it is in no event and no log line.
    ownSecrets.add(credential.token)
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const { host } = new URL(apiUrlOf(credential))
    const stored = await changeCredentials(deps, caller.value, () => ({
      draft: deps.codeHosts.put(name, credential),
      event: {
        type: 'CredentialStored',
        data: { kind: 'code-host', name, host, hasSecret: true, replaced: deps.codeHosts.find(name) !== undefined },
      },
    }))
    return stored.ok ? ok(viewOf({ name, kind: credential.kind, problem: null, credential })) : stored
  })
}
