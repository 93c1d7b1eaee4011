import { z } from 'zod'
import { count, word, words } from '../http/wire.ts'

/** A line of Ollama's answer, or the whole of it, as far as anything is made of it. */
export const line = z.object({
  model: word,
  message: z
    .object({
      content: words,
      thinking: words,
      tool_calls: z
        .array(
          z.object({ id: word, function: z.object({ name: z.string().min(1), arguments: z.unknown().optional() }) }),
        )
        .max(1000)
        .nullish(),
    })
    .nullish(),
  done: z.boolean().nullish(),
  done_reason: word,
  prompt_eval_count: count,
  eval_count: count,
})
