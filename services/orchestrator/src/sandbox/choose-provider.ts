import { err, ok } from '@mosaic/contracts/kernel'
import { lookUp, type Network } from '../egress/index.ts'
import { agentUserOf } from './agent-user.ts'
import { bubblewrapProvider } from './bubblewrap.ts'
import { nodeToolchain } from './command-environment.ts'
import type { SandboxKind } from '@mosaic/contracts/agent-session'
import type { Availability, ChooseProvider, SandboxProvider } from './contract.ts'
import { type DockerSettings, dockerProvider } from './docker.ts'
import { defaultQuota, type DiskQuota } from './disk/quota.ts'
import { withQuota } from './disk/with-quota.ts'
import type { Authorities } from './network/environment.ts'
import { withNetwork } from './network/with-network.ts'
import { observed } from './observed.ts'
import { processProvider } from './process.ts'

export type SandboxSettings = {
  readonly docker?: DockerSettings
  /** The Node whose bin folder commands get on their PATH; the one we run on where it is not named. */
  readonly nodePath?: string
  /** The user of the host as whom agents' programs run when Mosaic is run by root. */
  readonly agentUid?: number
  readonly quota?: Partial<DiskQuota>
  /** How this machine itself gets to other hosts. */
  readonly network?: Partial<Network>
  /** Certificates that programs in sandboxes trust besides those that they trust anyway. */
  readonly authorities?: Authorities | undefined
}

/** All kinds, best first. */
export function sandboxProviders(settings: SandboxSettings = {}): readonly SandboxProvider[] {
  const toolchain = nodeToolchain(settings.nodePath ?? process.execPath)
  const tools = toolchain ? { toolchain } : {}
  const user = agentUserOf(settings.agentUid)
  const providers = [
    dockerProvider({ ...settings.docker, user }),
    bubblewrapProvider({ ...tools, user }),
    processProvider(tools),
  ]
  const { authorities } = settings
  const network = { user, authorities, network: { lookup: lookUp, proxy: undefined, ...settings.network } }
  const quota = { ...defaultQuota, ...settings.quota }
  return providers.map((provider) => observed(withQuota(withNetwork(provider, network), quota)))
}

/**
 * The best kind that works here, or exactly the one that was asked for. Plain processes are no sandbox: they are never
 * chosen, only asked for. What worked once is not tried again, and many who ask at once ask once.
 * @param usual What agents get that are spawned without a wish.
 */
export function providerChooser(providers: readonly SandboxProvider[], usual?: SandboxKind): ChooseProvider {
  const working = new Map<SandboxKind, Extract<Availability, { ok: true }>>()
  const asking = new Map<SandboxKind, Promise<Availability>>()
  const ask = async (provider: SandboxProvider) => {
    const answer = await provider.available()
    if (answer.ok) working.set(provider.kind, answer)
    return answer
  }
  const check = (provider: SandboxProvider): Availability | Promise<Availability> => {
    const { kind } = provider
    const known = working.get(kind) ?? asking.get(kind)
    if (known) return known
    const asked = ask(provider).finally(() => asking.delete(kind))
    asking.set(kind, asked)
    return asked
  }
  return async (wish) => {
    const preference = wish ?? usual
    const passedOver: { kind: SandboxKind; reason: string }[] = []
    for (const provider of providers) {
      if (preference ? provider.kind !== preference : provider.kind === 'process') continue
      const answer = await check(provider)
      if (answer.ok) return ok({ provider, guarantees: answer.guarantees, passedOver })
      passedOver.push({ kind: provider.kind, reason: answer.reason })
    }
    const reasons = passedOver.map(({ kind, reason }) => `${kind}: ${reason}`).join('; ')
    return err({
      code: 'SANDBOX_UNAVAILABLE',
      message: preference
        ? `The sandbox that was asked for does not work here (${reasons}). Without a wish an agent gets one that does.`
        : `No sandbox works here (${reasons}). Install bubblewrap, or run agents without any sandbox by asking for "process".`,
      field: 'sandbox',
      details: { passedOver },
    })
  }
}
