import type { ModelProviderView } from '@mosaic/contracts/credential'
import type { ModelProvider } from '../../model-providers.ts'
import type { FeatureDeps } from '../deps.ts'

/** A provider as people see it. */
export function viewOf(
  { modelProviders, models }: Pick<FeatureDeps, 'modelProviders' | 'models'>,
  provider: ModelProvider,
): ModelProviderView {
  const { name, source, problem, baseUrl, apiKey, price, contextTokens } = provider
  return {
    name,
    source,
    problem,
    isDefault: modelProviders.usual()?.name === name,
    baseUrl: baseUrl ?? null,
    defaultModel: problem === null ? models.defaultModelOf(provider) : null,
    maskedKey: apiKey && masked(apiKey),
    price: price ?? null,
    contextTokens: contextTokens ?? null,
  }
}

/** Enough to tell two keys apart, of one that is long enough to give that away. */
export const masked = (key: string): string => (key.length >= 24 ? `…${key.slice(-4)}` : '…')
