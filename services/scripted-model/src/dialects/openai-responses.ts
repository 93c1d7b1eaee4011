import { z } from 'zod'
import { messagesSchema, type RequestMessage } from '../api/request.ts'
import { readRequest, parseBody } from '../routes/read-request.ts'
import { automaticallyCached } from './automatic-cache.ts'
import type { Dialect } from './dialect.ts'
import { openaiError } from './openai-errors.ts'
import { responseOf, responseParts } from './openai-response-parts.ts'
import { content, failureMark, parsedInput } from './parts.ts'

const known: ReadonlySet<string> = new Set(['function_call', 'function_call_output', 'message'])

const item = z.union([
  z.object({ type: z.literal('function_call'), call_id: z.string(), name: z.string(), arguments: z.string() }),
  z.object({ type: z.literal('function_call_output'), call_id: z.string(), output: content }),
  z.object({
    type: z.literal('message').optional(),
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    content,
  }),
  /** Thoughts, and calls of other kinds: of no use to a scenario. */
  z.object({ type: z.string().refine((type) => !known.has(type)) }),
])
type Item = z.infer<typeof item>

const request = z.looseObject({
  model: z.string().min(1),
  instructions: z.string().nullish(),
  input: z.union([z.string().transform((text): Item[] => [{ role: 'user', content: text }]), z.array(item).min(1)]),
  tools: z
    .array(
      z.union([
        z.looseObject({ type: z.literal('function'), name: z.string().min(1) }),
        z.object({ type: z.string().refine((type) => type !== 'function') }),
      ]),
    )
    .optional(),
  max_output_tokens: z.int().min(16).nullish(),
  stream: z.boolean().nullish(),
})

/** OpenAI's responses. */
export const openaiResponses: Dialect = {
  path: '/v1/responses',
  read(body) {
    const { model, instructions, input, tools, max_output_tokens, stream } = parseBody(request, body)
    return readRequest(messagesSchema, {
      model,
      max_tokens: max_output_tokens ?? 1_000_000,
      stream: stream ?? false,
      system: instructions ?? '',
      messages: automaticallyCached(input.flatMap(toMessage)),
      // Of other kinds nothing is called.
      tools: (tools ?? []).filter((tool) => 'name' in tool),
    })
  },
  whole: responseOf,
  parts: responseParts,
  contentType: 'text/event-stream; charset=utf-8',
  frame: (json, data) => `event: ${'type' in data ? String(data.type) : 'message'}\ndata: ${json}\n\n`,
  end: '',
  error: openaiError,
  errorPart(error) {
    const { message, code, param } = openaiError(error).body.error
    return { type: 'error', message, code, param, sequence_number: 0 }
  },
}

function toMessage(one: Item): RequestMessage[] {
  if ('role' in one) {
    if (one.role === 'system' || one.role === 'developer' || one.content === '') return []
    return [{ role: one.role, content: one.content }]
  }
  if (!('call_id' in one)) return []
  const { call_id: id } = one
  if (one.type === 'function_call_output') {
    return [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: id, ...failureMark(one.output) }] }]
  }
  return [{ role: 'assistant', content: [{ type: 'tool_use', id, name: one.name, input: parsedInput(one.arguments) }] }]
}
