import type { ConfiguredProvider } from '@mosaic/contracts/agent-provider'
import { agentProviderKinds } from '@mosaic/contracts/agent-provider'
import type { RuntimeCapabilities, SpawnAgent } from '@mosaic/contracts/agent-session'
import { err, ok } from '@mosaic/contracts/kernel'
import type { Planned, Spawning } from '../contract.ts'
import { adoptedId, keyFor } from './names.ts'
import type { SessionRow } from './protocol.ts'

export const capabilities: RuntimeCapabilities = agentProviderKinds.openclaw.capabilities

/** What is decided where its sessions are, or has no meaning there. */
const notTaken = [
  'repository',
  'branch',
  'sandbox',
  'approvals',
  'gates',
  'maxTurns',
  'budget',
  'network',
  'skills',
  'timeoutSeconds',
] as const satisfies readonly (keyof SpawnAgent)[]

/** A provider that is configured and on, and what the session shall be called there. */
export function planSpawn(
  request: SpawnAgent,
  { sessionId }: Spawning,
  providers: readonly ConfiguredProvider[],
): Planned {
  const field = notTaken.find((name) => request[name] !== undefined)
  if (field) return refused(field, 'a session of the runtime openclaw is held to what its gateway has set, there')
  if (request.withChanges) return refused('withChanges', 'a session of the runtime openclaw has no checkout')
  const names = providers.map(({ name }) => name).join(', ') || 'none (mosaic provider add)'
  if (request.provider === undefined) return refused('provider', `expected the name of a provider; there is: ${names}`)
  const provider = providers.find(({ name }) => name === request.provider)
  if (!provider) {
    const message = `there is no OpenClaw gateway ${request.provider}; there is: ${names}`
    return err({ code: 'AGENT_PROVIDER_NOT_FOUND', message, field: 'provider' })
  }
  if (!provider.isActive) {
    const message = `${provider.name} is off: no session begins there (mosaic provider edit)`
    return err({ code: 'AGENT_PROVIDER_OFF', message, field: 'provider' })
  }
  if (provider.lost) {
    const message = `${provider.name} cannot be spoken with since ${provider.lost.since}: ${provider.lost.message}`
    return err({ code: 'AGENT_PROVIDER_UNREACHABLE', message, field: 'provider' })
  }
  const { agent = 'main', model = null } = request
  const at = { providerId: provider.providerId, name: provider.name, sessionKey: keyFor(agent, sessionId) }
  return ok({
    runtime: { kind: 'openclaw', modelProvider: null, model, agent, provider: at, capabilities },
    workplace: { kind: 'remote' },
  })
}

/** What a session is here that was at a gateway before, besides what every session is. */
export function adoption(row: SessionRow, { providerId, name }: ConfiguredProvider) {
  const provider = { providerId, name, sessionKey: row.key }
  const title = lineOf(row.label ?? row.displayName ?? row.derivedTitle ?? row.key)
  return {
    sessionId: adoptedId(provider),
    spawnedBy: row.spawnedBy ? adoptedId({ providerId, sessionKey: row.spawnedBy }) : null,
    name: title.slice(0, 80),
    task: `${title} (a session of ${name})`,
    runtime: {
      kind: 'openclaw',
      modelProvider: null,
      model: row.model ?? null,
      ...(agentIn(row.key) && { agent: agentIn(row.key) }),
      provider,
      capabilities,
    },
    adopted: { provider, begunAt: row.createdAt ? new Date(row.createdAt).toISOString() : null },
  } as const
}

/** Which of the gateway's agents it is, as its key says. */
const agentIn = (key: string): string | undefined => /^agent:([a-z][a-z0-9-]{0,31}):/.exec(key)?.[1]

/** Whatever a gateway calls it, in one line. */
const lineOf = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
    .toWellFormed() || 'session'

const refused = (field: string, message: string) =>
  err({ code: 'VALIDATION_FAILED', message: `${field}: ${message}`, field } as const)
