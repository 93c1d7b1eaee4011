import type { Tokens } from './contract.ts'

/** US dollars per million tokens. Writing to the cache (5 minutes) costs 1.25 times the input, reading a tenth. */
type Price = { readonly input: number; readonly output: number }

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
  contextTokens(model: NamedModel): number | undefined
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

type ProviderFacts = Omit<ModelFacts, 'prefix'>

/**
 * What a person said of a provider goes before what the configuration says of models, and that before what is known here.
 * @param ofProvider What was said when the provider was added; it holds for all its models.
 */
export function modelTable(
  own: readonly ModelFacts[] = [],
  ofProvider: (modelProvider: string) => ProviderFacts | undefined = () => undefined,
): ModelTable {
  const facts = <Fact extends 'price' | 'contextTokens'>({ modelProvider, model }: NamedModel, fact: Fact) =>
    ofProvider(modelProvider)?.[fact] ?? longest(own, model, fact) ?? longest(known, model, fact)
  return {
    contextTokens: (model) => facts(model, 'contextTokens'),
    costUsd(model, tokens) {
      const price = facts(model, 'price')
      if (!price) return null
      const input = tokens.inputTokens + 1.25 * tokens.cacheWriteTokens + 0.1 * tokens.cacheReadTokens
      return (input * price.input + tokens.outputTokens * price.output) / 1_000_000
    },
  }
}

function longest<Fact extends 'price' | 'contextTokens'>(table: readonly ModelFacts[], model: string, fact: Fact) {
  const matching = table.filter((one) => one[fact] !== undefined && model.startsWith(one.prefix))
  return matching.toSorted((a, b) => b.prefix.length - a.prefix.length)[0]?.[fact]
}
