import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { inTime, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import { ownSecrets } from '@mosaic/runtime'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { allowedAddress } from './allowed-address.ts'
import { knownProvider } from './known.ts'
import { draftOf, sealedAlong } from './seal.ts'
import { viewOf } from './view.ts'

/** Adds a provider under an id that follows from the command: sent twice, it is added once. */
export function addAgentProviderRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.addAgentProvider, async ({ body, request }) => {
    const { token = null, ...settings } = body
    // Before anything else: from here on it is in no event and no log line.
    if (token !== null) ownSecrets.add(token)
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const { workspaceId, commandId } = caller.value
    const allowed = await allowedAddress(deps.outgoing, settings.address)
    if (!allowed.ok) return allowed
    const which = { workspaceId, providerId: uuidv5(`agent-provider/${commandId}`) }
    const command = {
      type: 'AddProvider',
      providerId: which.providerId,
      ...settings,
      hasToken: token !== null,
    } as const
    const added = await deps.credentials.inTurn(() => {
      const draft = token === null ? undefined : draftOf(deps.credentials, which, { ...settings, token })
      return sealedAlong(draft, () => inTime(deps.commands.agentProviders(workspaceId, command, caller.value)))
    })
    if (!added.ok) return added
    const known = await knownProvider(deps.store, which)
    return known.ok ? ok(viewOf(deps, known.value)) : known
  })
}
