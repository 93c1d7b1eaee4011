import { z } from 'zod'
import { count, word, words } from '../http/wire.ts'

// What a server that speaks OpenAI's chat completions may send, as far as anything is made of it. What can be done
// without is optional: there are as many readings of this API as there are servers.

const call = z.object({
  index: z.int().min(0).nullish().catch(undefined),
  id: word,
  function: z
    .object({
      name: word,
      /** As JSON text, in parts; some send the object. */
      arguments: z.unknown().optional(),
    })
    .nullish(),
})
export type WireCall = z.output<typeof call>

const message = z.object({
  content: words,
  /** Thoughts, under the two names that servers give them. */
  reasoning_content: words,
  reasoning: words.catch(''),
  refusal: words,
  tool_calls: z.array(call).max(1000).nullish(),
})

export type WireMessage = z.output<typeof message>

const usage = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(undefined),
    /** DeepSeek's. */
    prompt_cache_hit_tokens: count,
  })
  .nullish()
  .catch(undefined)
export type WireUsage = z.output<typeof usage>

/** A chunk of a stream has a `delta`, an answer in one piece a `message`. */
export const completion = z.object({
  model: word,
  choices: z
    .array(
      z.object({
        index: z.int().nullish().catch(undefined),
        delta: message.nullish(),
        message: message.nullish(),
        finish_reason: word,
      }),
    )
    .nullish(),
  usage,
})
