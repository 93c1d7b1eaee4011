import type { Tokens } from '../contract.ts'
import type { ProviderLimit } from './provider-limit.ts'
import type { Share } from './share-of.ts'

/** The place of a call that has begun. */
export type Entered = {
  /** It is over. @param tokens What it took, where that was counted. */
  leave(tokens: Tokens | null): void
}

/** Begins a call within a provider's limits. @throws ModelFault where it would have to wait for long; the signal's reason */
export async function entered(limit: ProviderLimit, limits: Share, signal: AbortSignal): Promise<Entered> {
  await limit.enter(limits, signal)
  return { leave: (tokens) => limit.leave(counted(tokens)) }
}

/** Where nothing is limited. */
export const unlimited: Entered = { leave: () => undefined }

/** What is read from a cache is hardly any work, and no provider counts it against its limits. */
const counted = (tokens: Tokens | null) =>
  tokens ? tokens.inputTokens + tokens.cacheWriteTokens + tokens.outputTokens : 0
