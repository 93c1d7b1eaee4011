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
  const since = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1)
  return mostTokens({
    bytes: bytesOf(system) + bytesOf(messages) + bytesOf(tools),
    messages: messages.length,
    since: counted === null ? null : { counted, bytes: bytesOf(since), messages: since.length },
  })
}

/** What is sent, and how much of it is new to a model that has counted what comes before it. */
export type Sent = {
  readonly bytes: number
  readonly messages: number
  readonly since: { readonly counted: number; readonly bytes: number; readonly messages: number } | null
}

export function mostTokens({ bytes, messages, since }: Sent): number {
  const whole = bytes + framing * (messages + 1)
  return since === null ? whole : Math.min(whole, since.counted + since.bytes + framing * (since.messages + 1))
}

type Most = { readonly inputTokens: number; readonly outputTokens?: number | undefined }

/** What a call may cost at the most: whose longest answer is not said, with the longest that is asked for of its model. */
export function mostSpent(table: ModelTable, model: NamedModel, { inputTokens, outputTokens: said }: Most): Spending {
  const outputTokens = said ?? table.maximumTokens(model)
  const usd = table.mostUsd(model, { inputTokens, outputTokens })
  return { microUsd: usd === null ? null : microUsdOf(usd), tokens: inputTokens + outputTokens }
}
