import { microUsdOf, type Spending } from '@mosaic/contracts/budget'
import type { ModelRequest, ModelTable, NamedModel } from '../../model/index.ts'

/** What servers put around each message and block, in tokens: more than any of them does. */
const framing = 64

/** No tokenizer makes more tokens of a text than it has bytes. */
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

/**
 * How many tokens a request may come to at the most: those that its model has counted of the conversation, and the bytes
 * of what was told since; without a count, the bytes of all.
 * @param counted Of everything up to and with the model's last message, as it said; `null` where that is not known.
 */
export function mostInput({ system, messages, tools }: ModelRequest, counted: number | null): number {
  const whole = bytesOf(system) + bytesOf(messages) + bytesOf(tools) + framing * (messages.length + 1)
  if (counted === null) return whole
  const since = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1)
  return Math.min(whole, counted + bytesOf(since) + framing * (since.length + 1))
}

/** What a call may cost at the most. */
export function mostSpent(table: ModelTable, model: NamedModel, inputTokens: number): Spending {
  const outputTokens = table.maximumTokens(model)
  const usd = table.mostUsd(model, { inputTokens, outputTokens })
  return { microUsd: usd === null ? null : microUsdOf(usd), tokens: inputTokens + outputTokens }
}
