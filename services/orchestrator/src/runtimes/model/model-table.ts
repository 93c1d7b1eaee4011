import type { ModelDialect } from '@mosaic/contracts/credential'
import type { Tokens } from './contract.ts'

/** US dollars per million tokens; `cached`: of those that are read from the provider's cache. */
type Price = { readonly input: number; readonly output: number; readonly cached?: number | undefined }

export type ModelFacts = {
  /** Of the model's name; the longest one counts. */
  readonly prefix: string
  readonly price?: Price | undefined
  /** What a request and its answer may take together. */
  readonly contextTokens?: number | undefined
}

export type NamedModel = { readonly modelProvider: string; readonly model: string }

/** What is known of models. What is not known is `undefined` or `null`, never 0. */
export type ModelTable = {
  /** What so many tokens cost. */
  costUsd(model: NamedModel, tokens: Tokens): number | null
  /** What a call costs at the most, however much of its input is written to a cache or read from one. */
  mostUsd(model: NamedModel, tokens: Pick<Tokens, 'inputTokens' | 'outputTokens'>): number | null
  contextTokens(model: NamedModel): number | undefined
  /** Of one answer. */
  maximumTokens(model: NamedModel): number
}

const contextTokens = 200_000

/** Anthropic's list prices and windows (platform.claude.com, November 2026). */
const known: readonly ModelFacts[] = [
  { prefix: 'scripted:', price: { input: 0, output: 0 } },
  { prefix: 'claude-fable-', price: { input: 10, output: 50 }, contextTokens },
  { prefix: 'claude-opus-5-5', price: { input: 4, output: 20 }, contextTokens },
  { prefix: 'claude-opus-5', price: { input: 5, output: 25 }, contextTokens },
  { prefix: 'claude-opus-4-1', price: { input: 15, output: 75 }, contextTokens },
  { prefix: 'claude-opus-4-0', price: { input: 15, output: 75 }, contextTokens },
  { prefix: 'claude-opus-4-2025', price: { input: 15, output: 75 }, contextTokens },
  { prefix: 'claude-opus-4', price: { input: 5, output: 25 }, contextTokens },
  { prefix: 'claude-sonnet-5', price: { input: 2, output: 10 }, contextTokens },
  { prefix: 'claude-sonnet-4', price: { input: 3, output: 15 }, contextTokens },
  { prefix: 'claude-haiku-5-5', price: { input: 0.1, output: 0.5 }, contextTokens },
  { prefix: 'claude-haiku-4-5', price: { input: 1, output: 5 }, contextTokens },
]

type ProviderFacts = Omit<ModelFacts, 'prefix'> & {
  readonly dialect: ModelDialect
  readonly maximumTokens?: number | undefined
}

/** Of the input's price. Writing costs more with Anthropic alone (for 5 minutes); nobody else counts it. */
const cacheWriteShare = 1.25
const anthropicCachedShare = 0.1

/**
 * What a person said of a provider goes before what the configuration says of models, and that before what is known here.
 * @param ofProvider What was said when the provider was added; it holds for all its models.
 * @param maximumTokens Of one answer, where its provider says nothing else.
 */
export function modelTable(
  own: readonly ModelFacts[] = [],
  ofProvider: (modelProvider: string) => ProviderFacts | undefined = () => undefined,
  maximumTokens = 32_000,
): ModelTable {
  const facts = <Fact extends 'price' | 'contextTokens'>({ modelProvider, model }: NamedModel, fact: Fact) =>
    ofProvider(modelProvider)?.[fact] ?? longest(own, model, fact) ?? longest(known, model, fact)
  const pricesOf = (model: NamedModel) => {
    const price = facts(model, 'price')
    if (!price) return undefined
    const { dialect = 'anthropic' } = ofProvider(model.modelProvider) ?? {}
    // Where it is not known what reading costs, it is not taken to be less than it may be.
    const cached = price.cached ?? price.input * (dialect === 'anthropic' ? anthropicCachedShare : 1)
    return { ...price, cached, written: price.input * cacheWriteShare }
  }
  return {
    contextTokens: (model) => facts(model, 'contextTokens'),
    maximumTokens: ({ modelProvider }) => ofProvider(modelProvider)?.maximumTokens ?? maximumTokens,
    costUsd(model, { inputTokens, cacheWriteTokens, cacheReadTokens, outputTokens }) {
      const prices = pricesOf(model)
      if (!prices) return null
      const input = inputTokens * prices.input + cacheWriteTokens * prices.written + cacheReadTokens * prices.cached
      return (input + outputTokens * prices.output) / 1_000_000
    },
    mostUsd(model, { inputTokens, outputTokens }) {
      const prices = pricesOf(model)
      if (!prices) return null
      return (inputTokens * Math.max(prices.written, prices.cached) + outputTokens * prices.output) / 1_000_000
    },
  }
}

function longest<Fact extends 'price' | 'contextTokens'>(table: readonly ModelFacts[], model: string, fact: Fact) {
  const matching = table.filter((one) => one[fact] !== undefined && model.startsWith(one.prefix))
  return matching.toSorted((a, b) => b.prefix.length - a.prefix.length)[0]?.[fact]
}
