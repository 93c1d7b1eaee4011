// The part of a Messages API request that this server reads. What it does not read, it lets through.
import { z } from 'zod'

const cacheControl = z.looseObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).nullish()

const textBlock = z.looseObject({
  type: z.literal('text'),
  text: z.string().min(1, 'text content blocks must be non-empty'),
  cache_control: cacheControl,
})

const toolUseBlock = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[\w-]+$/),
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
  cache_control: cacheControl,
})

const toolResultBlock = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string().min(1),
  is_error: z.boolean().nullish(),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]).nullish(),
  cache_control: cacheControl,
})

const otherBlock = z.looseObject({
  type: z.enum(['image', 'document', 'thinking', 'redacted_thinking', 'search_result']),
  cache_control: cacheControl,
})

const block = z.discriminatedUnion('type', [textBlock, toolUseBlock, toolResultBlock, otherBlock])

const message = z.looseObject({
  /** `system`: what a client adds to its system prompt in the middle of a conversation. */
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([
    z.string().min(1, 'content must be non-empty'),
    z.array(block).min(1, 'content must be non-empty'),
  ]),
})

const tool = z.looseObject({ name: z.string().min(1), cache_control: cacheControl })

export const countTokensSchema = z.looseObject({
  model: z.string().min(1),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  messages: z.array(message).min(1, 'at least one message is required'),
  tools: z.array(tool).optional(),
})

export const messagesSchema = countTokensSchema.extend({
  max_tokens: z.int().min(1),
  stream: z.boolean().default(false),
})

export type MessagesRequest = z.infer<typeof messagesSchema>
export type CountTokensRequest = z.infer<typeof countTokensSchema>
export type RequestMessage = z.infer<typeof message>
export type RequestBlock = z.infer<typeof block>

/** A message's content as blocks, whichever way it was written. */
function blocksOf({ content }: RequestMessage): RequestBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

/** Messages of one role in a row count as one, as the API does it. What is added to the system prompt is said by neither. */
export function joinRoles(
  messages: readonly RequestMessage[],
): { role: 'user' | 'assistant'; blocks: RequestBlock[] }[] {
  const joined: { role: 'user' | 'assistant'; blocks: RequestBlock[] }[] = []
  for (const message of messages) {
    const { role } = message
    if (role === 'system') continue
    const last = joined.at(-1)
    if (last?.role === role) last.blocks.push(...blocksOf(message))
    else joined.push({ role, blocks: [...blocksOf(message)] })
  }
  return joined
}
