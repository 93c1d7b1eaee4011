import type { AgentProviderView } from '@mosaic/contracts/agent-provider'
import pc from 'picocolors'
import { table } from '../../format/table.ts'
import { harmless } from '../../format/text.ts'

/** How a provider stands, and since when. */
function stateText({ state, unreachable }: AgentProviderView): string {
  switch (state) {
    case 'active':
      return pc.green('active')
    case 'off':
      return pc.dim('off')
    case 'stale':
      return pc.yellow('not heard from')
    case 'unreachable':
      return pc.red(`unreachable since ${unreachable?.since ?? ''}`)
  }
}

export const providerLine = (provider: AgentProviderView): string =>
  `${pc.bold(provider.name)}: ${provider.kind} at ${harmless(provider.address)}, ${stateText(provider)}${provider.maskedToken === null ? '' : `, token ${provider.maskedToken}`}`

export const providerTable = (providers: readonly AgentProviderView[]): string =>
  table(
    ['name', 'kind', 'address', 'state', 'version', 'pause', 'barge-in', 'kill proof', 'token', 'problem'],
    providers.map((provider) => [
      provider.name,
      provider.kind,
      harmless(provider.address),
      stateText(provider),
      harmless(provider.version ?? ''),
      provider.capabilities.pause,
      provider.capabilities.bargeIn,
      provider.capabilities.killProof,
      provider.maskedToken ?? '',
      pc.red(harmless(provider.problem ?? provider.unreachable?.message ?? '')),
    ]),
  )
