import type { TranscriptMessage } from '../../../journal/transcript.ts'
import type { ModelRequest } from '../contract.ts'
import { acceptableName } from '../http/tool-name.ts'

const cached = { cache_control: { type: 'ephemeral' } } as const

/**
 * The request as the Messages API takes it. Two cache breakpoints: behind tools and system prompt, which never change,
 * and behind the newest message, so that the next call reads all of this one from the cache.
 */
export const messagesRequest = (request: ModelRequest, maximumTokens: number) => ({
  model: request.model,
  max_tokens: maximumTokens,
  stream: true,
  system: [{ type: 'text', text: request.system, ...cached }],
  tools: request.tools.map(({ name, description, inputSchema }) => ({ name, description, input_schema: inputSchema })),
  messages: request.messages.map((message, index) => toApiMessage(message, index === request.messages.length - 1)),
})

function toApiMessage(message: TranscriptMessage, newest: boolean) {
  if (message.role === 'user') {
    const last = message.content.length - 1
    const content = message.content.map((block, index) => (newest && index === last ? { ...block, ...cached } : block))
    return { role: 'user', content }
  }
  const content = message.content.flatMap((block): object[] => {
    if (block.type === 'tool_use') return [{ ...block, name: acceptableName(block.name) }]
    if (block.type === 'text') return [block]
    // Without its signature the API refuses the block; it does without.
    return block.signature ? [block] : []
  })
  return { role: 'assistant', content }
}
