import { z } from 'zod'
import { count, word, words } from '../http/wire.ts'

// What a server that speaks OpenAI's responses may send, as far as anything is made of it.

const part = z.object({ type: word, text: words, refusal: words })

const item = z.object({
  type: word,
  call_id: word,
  name: word,
  arguments: words,
  content: z.array(part).nullish().catch(undefined),
  summary: z.array(part).nullish().catch(undefined),
})
export type WireItem = z.output<typeof item>

const usage = z
  .object({
    input_tokens: count,
    output_tokens: count,
    input_tokens_details: z.object({ cached_tokens: count }).nullish().catch(undefined),
  })
  .nullish()
  .catch(undefined)

const response = z.object({
  status: word,
  model: word,
  output: z.array(item).max(1000).nullish(),
  incomplete_details: z.object({ reason: word }).nullish().catch(undefined),
  usage,
})
export type WireResponse = z.output<typeof response>

const index = z.int().min(0)
const delta = { output_index: index, delta: words }

const knownEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('response.output_item.added'), output_index: index, item }),
  z.object({ type: z.literal('response.output_item.done'), output_index: index, item }),
  z.object({ type: z.literal('response.output_text.delta'), ...delta }),
  z.object({ type: z.literal('response.refusal.delta'), ...delta }),
  z.object({ type: z.literal('response.reasoning_summary_text.delta'), ...delta }),
  z.object({ type: z.literal('response.reasoning_text.delta'), ...delta }),
  z.object({ type: z.literal('response.function_call_arguments.delta'), ...delta }),
  z.object({ type: z.literal('response.completed'), response }),
  z.object({ type: z.literal('response.incomplete'), response }),
  z.object({ type: z.literal('response.failed'), response }),
])
export type WireEvent = z.output<typeof knownEvent>

const knownTypes: ReadonlySet<unknown> = new Set(knownEvent.options.map((option) => option.shape.type.value))

/** An event of the stream, or `response`: a whole answer. `undefined`: of a kind that Mosaic knows nothing of. @throws ZodError */
export function parseWireEvent(data: unknown): WireEvent | { type: 'response'; response: WireResponse } | undefined {
  const { type, object } = z.looseObject({ type: z.unknown(), object: z.unknown() }).partial().parse(data)
  if (object === 'response') return { type: 'response', response: response.parse(data) }
  return knownTypes.has(type) ? knownEvent.parse(data) : undefined
}
