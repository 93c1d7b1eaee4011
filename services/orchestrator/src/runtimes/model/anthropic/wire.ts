import { z } from 'zod'
import { count, wellFormed, word, words } from '../http/wire.ts'

// What a server that speaks the Messages API may send, as far as anything is made of it. Gateways of all makes leave
// fields out or send them as something else: what can be done without is optional here, and nothing else gets through.

const usage = z
  .object({
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
  })
  .nullish()
  .catch(undefined)
export type WireUsage = z.output<typeof usage>

const index = z.int().min(0)
const stopReason = z.string().max(100).nullish().catch(null)

/** Of a kind that Mosaic does not use. */
const otherThan = (...known: readonly string[]) =>
  z.object({ type: z.string().refine((type) => !known.includes(type)) }).transform(() => ({ type: 'other' as const }))

const block = z.union([
  z.object({ type: z.literal('text'), text: words }),
  z.object({ type: z.literal('thinking'), thinking: words, signature: words }),
  z.object({
    type: z.literal('tool_use'),
    id: word,
    name: z.string().min(1).transform(wellFormed),
    input: z.unknown().optional(),
  }),
  otherThan('text', 'thinking', 'tool_use'),
])
export type WireBlock = z.output<typeof block>

const delta = z.union([
  z.object({ type: z.literal('text_delta'), text: words }),
  z.object({ type: z.literal('thinking_delta'), thinking: words }),
  z.object({ type: z.literal('signature_delta'), signature: words }),
  z.object({ type: z.literal('input_json_delta'), partial_json: words }),
  otherThan('text_delta', 'thinking_delta', 'signature_delta', 'input_json_delta'),
])
export type WireDelta = z.output<typeof delta>

const serverError = z.object({ type: word, message: word }).catch({ type: null, message: null })

const knownEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: z.object({ model: word, usage }) }),
  z.object({ type: z.literal('content_block_start'), index, content_block: block }),
  z.object({ type: z.literal('content_block_delta'), index, delta }),
  z.object({ type: z.literal('content_block_stop'), index }),
  z.object({ type: z.literal('message_delta'), delta: z.object({ stop_reason: stopReason }), usage }),
  z.object({ type: z.literal('message_stop') }),
  z.object({ type: z.literal('error'), error: serverError }),
  // Whole, as a server answers that does not stream.
  z.object({
    type: z.literal('message'),
    model: word,
    content: z.array(block).max(1000),
    stop_reason: stopReason,
    usage,
  }),
])
export type WireEvent = z.output<typeof knownEvent>

const knownTypes: ReadonlySet<unknown> = new Set(knownEvent.options.map((option) => option.shape.type.value))

/** An event of the stream or a whole answer. `undefined`: of a kind that Mosaic knows nothing of. @throws ZodError */
export function parseWireEvent(data: unknown): WireEvent | undefined {
  const { type, error } = z.looseObject({ type: z.unknown(), error: z.unknown() }).partial().parse(data)
  if (type === undefined && error !== undefined) return { type: 'error', error: serverError.parse(error) }
  return knownTypes.has(type) ? knownEvent.parse(data) : undefined
}
