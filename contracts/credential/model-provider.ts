import { z } from 'zod'
import { modelProvider } from '../agent-session/index.ts'

const line = (most: number) => z.string().trim().min(1).max(most)

/** US dollars per million tokens. */
export const modelPrice = z.strictObject({ input: z.number().min(0), output: z.number().min(0) })

/** The longest request and answer together, in tokens. */
export const contextTokens = z.int().min(1000)

/** The port is an administrator's choice, loopback too: gateways run there. A password belongs into the key. */
const baseUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .max(2000)
  .refine((text) => {
    const { username, password } = new URL(text)
    return username === '' && password === ''
  }, 'expected no user or password in the address')

/** A server that answers model calls: which API it speaks, where it is, and what is known of its models. */
export const modelProviderSettings = z.strictObject({
  kind: z.literal('anthropic').default('anthropic'),
  /** Anthropic's own where there is none. */
  baseUrl: baseUrl.optional(),
  /** The model of agents that are spawned without one. */
  defaultModel: line(500).optional(),
  /** Of all its models; where they are not given, what is known of a model by its name holds. */
  price: modelPrice.optional(),
  contextTokens: contextTokens.optional(),
})
export type ModelProviderSettings = z.infer<typeof modelProviderSettings>

const apiKey = z.string().trim().min(1).max(10_000)

/** What is sealed: a key does not go where it was not meant to go. */
export const modelProviderCredential = modelProviderSettings.extend({ apiKey: apiKey.nullable() })
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
  baseUrl: z.string().nullable(),
  defaultModel: z.string().nullable(),
  /** The end of a long key; `null` where there is none. */
  maskedKey: z.string().nullable(),
  price: modelPrice.nullable(),
  contextTokens: z.int().nullable(),
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
