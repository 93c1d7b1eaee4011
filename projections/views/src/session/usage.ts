import type { Usage } from '@mosaic/contracts/agent-session'

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 }

/** Tokens and money of several calls. Money is rounded to a billionth of a dollar, so that 0.1 + 0.2 reads 0.3. */
export function addUsage(total: Usage, call: Usage): Usage {
  return {
    inputTokens: total.inputTokens + call.inputTokens,
    outputTokens: total.outputTokens + call.outputTokens,
    cacheReadTokens: total.cacheReadTokens + call.cacheReadTokens,
    cacheWriteTokens: total.cacheWriteTokens + call.cacheWriteTokens,
    costUsd: Math.round((total.costUsd + call.costUsd) * 1e9) / 1e9,
  }
}
