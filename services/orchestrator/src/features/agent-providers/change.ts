import { type ChangeAgentProvider, originOf } from '@mosaic/contracts/agent-provider'
import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import { ownSecrets } from '@mosaic/runtime'
import type { FastifyInstance } from 'fastify'
import type { KnownProvider } from '../../agent-providers/index.ts'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { allowedAddress } from './allowed-address.ts'
import { knownProvider } from './known.ts'
import { draftOf, sealedAlong } from './seal.ts'
import { viewOf } from './view.ts'

export function changeAgentProviderRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.changeAgentProvider, async ({ params: { id: providerId }, body, request }) => {
    if (body.token) ownSecrets.add(body.token)
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const which = { workspaceId: caller.value.workspaceId, providerId }
    if (body.address !== undefined) {
      const allowed = await allowedAddress(deps.outgoing, body.address)
      if (!allowed.ok) return allowed
    }
    const changed = await deps.credentials.inTurn(async () => {
      const known = await knownProvider(deps.store, which)
      return known.ok ? change(deps, { provider: known.value, asked: body, caller: caller.value }) : known
    })
    if (!changed.ok) return changed
    const known = await knownProvider(deps.store, which)
    return known.ok ? ok(viewOf(deps, known.value)) : known
  })
}

type Change = { readonly provider: KnownProvider; readonly asked: ChangeAgentProvider; readonly caller: Caller }

async function change({ credentials, commands }: FeatureDeps, { provider, asked, caller }: Change) {
  const { providerId, workspaceId } = provider
  const { token, ...settings } = asked
  const address = settings.address ?? provider.address
  if (token === undefined && provider.hasToken && originOf(address) !== originOf(provider.address)) {
    const message = 'the address leads to another host than the token was given for: give the token with it'
    return err({ code: 'VALIDATION_FAILED', message, field: 'token' } as const)
  }
  const draft = token === undefined ? undefined : draftOf(credentials, provider, { address, token })
  const credential = token === undefined ? undefined : { host: new URL(address).host, hasToken: token !== null }
  const command = { type: 'ChangeProvider', providerId, ...settings, credential } as const
  return sealedAlong(draft, () => inTime(commands.agentProviders(workspaceId, command, caller)))
}
