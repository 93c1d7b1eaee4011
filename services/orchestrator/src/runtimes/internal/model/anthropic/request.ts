import type Anthropic from '@anthropic-ai/sdk'
import type { TranscriptMessage } from '../../../../journal/transcript.ts'
import type { ModelRequest } from '../contract.ts'

const cached = { cache_control: { type: 'ephemeral' } } as const

/**
 * The request as the Messages API takes it. Two cache breakpoints: behind tools and system prompt, which never change,
 * and behind the newest message, so that the next call reads all of this one from the cache.
 */
export function toApiRequest(request: ModelRequest, maximumTokens: number): Anthropic.MessageCreateParamsStreaming {
  return {
    model: request.model,
    max_tokens: maximumTokens,
    stream: true,
    system: [{ type: 'text', text: request.system, ...cached }],
    tools: request.tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      input_schema: inputSchema,
    })),
    messages: request.messages.map((message, index) => toApiMessage(message, index === request.messages.length - 1)),
  }
}

function toApiMessage(message: TranscriptMessage, newest: boolean): Anthropic.MessageParam {
  if (message.role === 'user') {
    const last = message.content.length - 1
    return {
      role: 'user',
      content: message.content.map((block, index) => (newest && index === last ? { ...block, ...cached } : block)),
    }
  }
  return {
    role: 'assistant',
    content: message.content.flatMap((block): Anthropic.ContentBlockParam[] => {
      if (block.type === 'tool_use') return [{ ...block, name: acceptableName(block.name) }]
      if (block.type === 'text') return [block]
      // Without its signature the API refuses the block; it does without.
      return block.signature ? [{ type: 'thinking', thinking: block.thinking, signature: block.signature }] : []
    }),
  }
}

/** A call of a tool that is not there may have any name; the API takes only some back. */
const acceptableName = (name: string) => name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 128) || 'unnamed'
