import { contactFault } from '@mosaic/contracts/agent-provider'
import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { CredentialFault } from '@mosaic/credentials'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { tokenOf } from '../../agent-providers/index.ts'
import { tryGateway } from '../../runtimes/index.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { knownProvider } from './known.ts'

/** Speaks with a provider once: nothing is recorded of it. */
export function testAgentProviderRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.testAgentProvider, async ({ params: { id: providerId }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const known = await inTime(knownProvider(deps.store, { workspaceId: caller.value.workspaceId, providerId }))
    if (!known.ok) return known
    const { address, name } = known.value
    const begun = performance.now()
    try {
      const token = tokenOf(deps.credentials, known.value)
      const identity = await tryGateway(deps.outgoing, { address, token })
      return ok({ providerId, name, ...identity, durationMs: performance.now() - begun })
    } catch (error) {
      return err({
        code: 'AGENT_PROVIDER_TEST_FAILED',
        message: `${name}: ${error instanceof Error ? error.message : 'it cannot be spoken with'}`,
        details: { reason: reasonOf(error) },
      })
    }
  })
}

function reasonOf(error: unknown) {
  if (error instanceof CredentialFault) return 'CREDENTIAL_UNREADABLE'
  const { code } = error as { code?: unknown }
  return contactFault.safeParse(code).data ?? 'BROKEN_OFF'
}
