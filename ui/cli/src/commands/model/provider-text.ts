import type { ModelProviderView } from '@mosaic/contracts/credential'
import pc from 'picocolors'
import { harmless } from '../../format/text.ts'
import { table } from '../../format/table.ts'

const keyOf = ({ maskedKey }: ModelProviderView) => maskedKey ?? 'none'
const whereOf = ({ baseUrl, dialect }: ModelProviderView) => `${harmless(baseUrl ?? "the maker's own")} (${dialect})`

export const providerLine = (provider: ModelProviderView): string =>
  `${pc.bold(provider.name)}: ${whereOf(provider)}, key ${keyOf(provider)}, model ${harmless(provider.defaultModel ?? '')}`

export const providerTable = (providers: readonly ModelProviderView[]): string =>
  table(
    ['name', 'where', 'key', 'from', 'model', 'price in/out', 'problem'],
    providers.map((provider) => [
      provider.isDefault ? `${provider.name} (default)` : provider.name,
      whereOf(provider),
      keyOf(provider),
      provider.source === 'added' ? 'mosaic model add' : 'environment',
      harmless(provider.defaultModel ?? ''),
      provider.price ? `$${provider.price.input} / $${provider.price.output}` : '',
      pc.red(harmless(provider.problem ?? '')),
    ]),
  )
