import type { Usage } from '@mosaic/contracts/agent-session'

/** US dollars per million tokens. Writing to the cache (5 minutes) costs 1.25 times the input, reading a tenth. */
type Price = { readonly input: number; readonly output: number }

/** Anthropic's list prices by the model id's beginning, the most precise first (platform.claude.com, November 2026). */
const prices: readonly (readonly [prefix: string, price: Price])[] = [
  ['claude-fable-', { input: 10, output: 50 }],
  ['claude-opus-5-5', { input: 4, output: 20 }],
  ['claude-opus-5', { input: 5, output: 25 }],
  ['claude-opus-4-1', { input: 15, output: 75 }],
  ['claude-opus-4-0', { input: 15, output: 75 }],
  ['claude-opus-4-2025', { input: 15, output: 75 }],
  ['claude-opus-4', { input: 5, output: 25 }],
  ['claude-sonnet-5', { input: 2, output: 10 }],
  ['claude-sonnet-4', { input: 3, output: 15 }],
  ['claude-haiku-5-5', { input: 0.1, output: 0.5 }],
  ['claude-haiku-4-5', { input: 1, output: 5 }],
]

export type Tokens = Omit<Usage, 'costUsd'>

/** What so many tokens cost; 0 where the price is not known (another provider's model, a scripted one). */
export function costUsd(model: string, tokens: Tokens): number {
  const price = prices.find(([prefix]) => model.startsWith(prefix))?.[1]
  if (!price) return 0
  const input = tokens.inputTokens + 1.25 * tokens.cacheWriteTokens + 0.1 * tokens.cacheReadTokens
  return (input * price.input + tokens.outputTokens * price.output) / 1_000_000
}
