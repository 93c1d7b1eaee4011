import { z } from 'zod'
import { count, word, words } from '../http/wire.ts'

// What a server that speaks Gemini's generateContent may send, as far as anything is made of it.

const part = z.object({
  text: words,
  /** The text is not said but thought. */
  thought: z.boolean().nullish().catch(undefined),
  /** Of what was thought before the part; given back with a call, without which newer models refuse it. */
  thoughtSignature: words,
  functionCall: z.object({ id: word, name: z.string().min(1), args: z.unknown().optional() }).nullish(),
})
export type WirePart = z.output<typeof part>

const usage = z
  .object({
    promptTokenCount: count,
    candidatesTokenCount: count,
    thoughtsTokenCount: count,
    cachedContentTokenCount: count,
  })
  .nullish()
  .catch(undefined)
export type WireUsage = z.output<typeof usage>

export const chunk = z.object({
  candidates: z
    .array(
      z.object({
        content: z.object({ parts: z.array(part).max(1000).nullish() }).nullish(),
        finishReason: word,
      }),
    )
    .nullish(),
  promptFeedback: z.object({ blockReason: word }).nullish().catch(undefined),
  modelVersion: word,
  usageMetadata: usage,
})
