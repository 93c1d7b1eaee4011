import type { TranscriptMessage } from '../../../journal/transcript.ts'
import type { ModelRequest } from '../contract.ts'
import type { AskedOf } from '../http/dialect.ts'
import { resultText } from '../http/result-text.ts'

/**
 * The request as Ollama's own API takes it. Its window is what it is told, and a few thousand tokens otherwise, of which it
 * says nothing when they are full: it forgets the beginning.
 */
export const chatRequest = (request: ModelRequest, { maximumTokens, contextTokens }: AskedOf) => ({
  model: request.model,
  stream: true,
  options: { num_predict: maximumTokens, ...(contextTokens !== undefined && { num_ctx: contextTokens }) },
  messages: [{ role: 'system', content: request.system }, ...toChatMessages(request.messages)],
  tools: request.tools.map(({ name, description, inputSchema }) => ({
    type: 'function',
    function: { name, description, parameters: inputSchema },
  })),
})

/** A result names its tool: ids came late to this API, and some models' templates know nothing of them. */
function toChatMessages(messages: readonly TranscriptMessage[]): object[] {
  const names = new Map<string, string>()
  return messages.flatMap(({ role, content }): object[] => {
    if (role === 'assistant') {
      const calls = content.flatMap((block) => (block.type === 'tool_use' ? [block] : []))
      for (const { id, name } of calls) names.set(id, name)
      const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
      const thoughts = content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : [])).join('\n\n')
      return [
        {
          role,
          content: text,
          ...(thoughts !== '' && { thinking: thoughts }),
          ...(calls.length > 0 && {
            tool_calls: calls.map(({ id, name, input }) => ({ id, function: { name, arguments: input } })),
          }),
        },
      ]
    }
    return content.map((block) =>
      block.type === 'text'
        ? { role, content: block.text }
        : {
            role: 'tool',
            content: resultText(block),
            tool_name: names.get(block.tool_use_id),
            tool_call_id: block.tool_use_id,
          },
    )
  })
}
