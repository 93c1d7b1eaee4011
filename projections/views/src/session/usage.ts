import type { AgentSessionEventOf, Usage, UsageTotal } from '@mosaic/contracts/agent-session'

export const noUsage: UsageTotal = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: 0,
  uncountedCalls: 0,
  unpricedCalls: 0,
}

/** One call more. `null`: its tokens are not known, and so its price is not. */
export function addUsage(total: UsageTotal, call: Usage | null): UsageTotal {
  const counted = call ?? { ...noUsage, costUsd: null }
  return addTotals(total, {
    ...counted,
    costUsd: counted.costUsd ?? 0,
    uncountedCalls: call ? 0 : 1,
    unpricedCalls: counted.costUsd === null ? 1 : 0,
  })
}

/** Whether a message is the answer of a model that was asked for it: what an agent of another maker says is none. */
export const isModelCall = ({ role, usage, model }: AgentSessionEventOf<'MessageRecorded'>['data']): boolean =>
  usage !== null || (role === 'agent' && model !== null)

/** Several calls more. Money is rounded to a billionth of a dollar, so that 0.1 + 0.2 reads 0.3. */
export const addTotals = (total: UsageTotal, more: UsageTotal): UsageTotal => ({
  inputTokens: total.inputTokens + more.inputTokens,
  outputTokens: total.outputTokens + more.outputTokens,
  cacheReadTokens: total.cacheReadTokens + more.cacheReadTokens,
  cacheWriteTokens: total.cacheWriteTokens + more.cacheWriteTokens,
  costUsd: Math.round((total.costUsd + more.costUsd) * 1e9) / 1e9,
  uncountedCalls: total.uncountedCalls + more.uncountedCalls,
  unpricedCalls: total.unpricedCalls + more.unpricedCalls,
})
