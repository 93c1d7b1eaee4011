import type { ModelProviderView } from '@mosaic/contracts/credential'
import type { ModelProvider } from '../../model-providers.ts'
import { masked } from '../credentials/change.ts'
import type { FeatureDeps } from '../deps.ts'

/** A provider as people see it. */
export function viewOf(
  { modelProviders, models }: Pick<FeatureDeps, 'modelProviders' | 'models'>,
  provider: ModelProvider,
): ModelProviderView {
  const { name, source, problem, dialect, baseUrl, apiKey, maximumTokens, price, contextTokens, limits } = provider
  return {
    name,
    source,
    problem,
    isDefault: modelProviders.usual()?.name === name,
    dialect,
    baseUrl: baseUrl ?? null,
    defaultModel: (problem === null ? models.defaultModelOf(provider) : undefined) ?? null,
    maskedKey: apiKey && masked(apiKey),
    maximumTokens: maximumTokens ?? null,
    price: price ?? null,
    contextTokens: contextTokens ?? null,
    limits: limits ?? null,
  }
}
