import { z } from 'zod'
import { modelProvider } from '../agent-session/index.ts'
import { baseUrl } from './base-url.ts'

const line = (most: number) => z.string().trim().min(1).max(most)

/** US dollars per million tokens. Where `cached` is not given, what is read from the provider's cache counts as input. */
export const modelPrice = z.strictObject({
  input: z.number().min(0),
  output: z.number().min(0),
  cached: z.number().min(0).optional(),
})

/** The API that a server speaks: Anthropic's Messages, OpenAI's chat completions or responses, Ollama's own, Gemini's. */
export const modelDialect = z.enum(['anthropic', 'openai', 'openai-responses', 'ollama', 'gemini'])
export type ModelDialect = z.infer<typeof modelDialect>

/** The longest request and answer together, in tokens. */
export const contextTokens = z.int().min(1000)

const most = z.int().min(1).max(1_000_000_000).optional()

/** How much of it is asked, by all agents of an orchestrator together. */
export const providerLimits = z.strictObject({ concurrency: most, requestsPerMinute: most, tokensPerMinute: most })
export type ProviderLimits = z.infer<typeof providerLimits>

/** A server that answers model calls: which API it speaks, where it is, and what is known of its models. */
export const modelProviderSettings = z.strictObject({
  dialect: modelDialect.default('anthropic'),
  /** The maker's own where there is none. */
  baseUrl: baseUrl.optional(),
  /** The model of agents that are spawned without one. */
  defaultModel: line(500).optional(),
  /** Longest answer, in tokens, where the instance's own is more than its models give. */
  maximumTokens: z.int().min(1).max(1_000_000).optional(),
  /** Of all its models; where they are not given, what is known of a model by its name holds. */
  price: modelPrice.optional(),
  contextTokens: contextTokens.optional(),
  limits: providerLimits.optional(),
})
export type ModelProviderSettings = z.infer<typeof modelProviderSettings>

const apiKey = z.string().trim().min(1).max(10_000)

/** What is sealed: a key does not go where it was not meant to go. */
export const modelProviderCredential = modelProviderSettings.extend({
  apiKey: apiKey.nullable(),
  /** What a dialect was called in envelopes of before there were several. */
  kind: z.literal('anthropic').optional(),
})
export type ModelProviderCredential = z.infer<typeof modelProviderCredential>

/** A name that has a meaning of its own cannot be given. */
export const modelProviderName = modelProvider.refine((name) => name !== 'scripted', 'this name is taken')

export const addModelProvider = modelProviderSettings.extend({ name: modelProviderName, apiKey: apiKey.optional() })
export const testModelProvider = z.strictObject({ model: line(500).optional() })

/** As a person sees it. */
export const modelProviderView = z.object({
  name: modelProvider,
  /** What a person has added goes before what the environment says. */
  source: z.enum(['added', 'environment']),
  /** Agents that are spawned with no provider's name get this one. */
  isDefault: z.boolean(),
  dialect: modelDialect,
  baseUrl: z.string().nullable(),
  defaultModel: z.string().nullable(),
  /** The end of a long key; `null` where there is none. */
  maskedKey: z.string().nullable(),
  maximumTokens: z.int().nullable(),
  price: modelPrice.nullable(),
  contextTokens: z.int().nullable(),
  limits: providerLimits.nullable(),
  /** Why it cannot be used. */
  problem: z.string().nullable(),
})
export type ModelProviderView = z.infer<typeof modelProviderView>

/** What came back of one small call. */
export const modelProviderTest = z.object({
  name: modelProvider,
  /** As it names itself. */
  model: z.string(),
  text: z.string(),
  inputTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  costUsd: z.number().nullable(),
  durationMs: z.number(),
})
export type ModelProviderTest = z.infer<typeof modelProviderTest>
