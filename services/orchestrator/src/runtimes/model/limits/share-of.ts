import type { ProviderLimits } from '@mosaic/contracts/credential'

/** What one of several orchestrators may use of a provider's limits. */
export type Share = ProviderLimits & { readonly among?: number }

/**
 * The limits of a provider, divided by how many ask it: whoever dies leaves its part to the others, with nothing to give
 * back. Nobody's part is nothing, so that more orchestrators than calls at a time make one call each.
 */
export function shareOf({ concurrency, requestsPerMinute, tokensPerMinute }: ProviderLimits, among: number): Share {
  const part = (limit: number | undefined) => limit && Math.max(1, Math.floor(limit / among))
  return {
    ...(concurrency !== undefined && { concurrency: part(concurrency) }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute: part(requestsPerMinute) }),
    ...(tokensPerMinute !== undefined && { tokensPerMinute: part(tokensPerMinute) }),
    among,
  }
}
