import type { TranscriptMessage } from '../../../journal/transcript.ts'
import type { ModelRequest } from '../contract.ts'
import type { AskedOf } from '../http/dialect.ts'
import { resultText } from '../http/result-text.ts'
import { acceptableName } from '../http/tool-name.ts'

/**
 * The request as chat completions take it. Prompts are cached by the servers themselves: what comes first never changes.
 * OpenAI's newer models refuse `max_tokens`, and many other servers know nothing else.
 */
export const completionRequest = (request: ModelRequest, { maximumTokens, isMaker }: AskedOf) => ({
  model: request.model,
  ...(isMaker ? { max_completion_tokens: maximumTokens } : { max_tokens: maximumTokens }),
  stream: true,
  stream_options: { include_usage: true },
  messages: [{ role: 'system', content: request.system }, ...request.messages.flatMap(toChatMessages)],
  // Some servers refuse a list without an element.
  ...(request.tools.length > 0 && {
    tools: request.tools.map(({ name, description, inputSchema }) => ({
      type: 'function',
      function: { name, description, parameters: inputSchema },
    })),
  }),
})

/** Results of calls are messages of their own here. Thoughts are not sent back: no two servers agree how. */
function toChatMessages(message: TranscriptMessage): object[] {
  if (message.role === 'assistant') {
    const text = message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
    const calls = message.content.flatMap((block) =>
      block.type === 'tool_use'
        ? [
            {
              id: block.id,
              type: 'function',
              function: { name: acceptableName(block.name), arguments: JSON.stringify(block.input) },
            },
          ]
        : [],
    )
    return [{ role: 'assistant', content: text === '' ? null : text, ...(calls.length > 0 && { tool_calls: calls }) }]
  }
  const results = message.content.flatMap((block) =>
    block.type === 'tool_result' ? [{ role: 'tool', tool_call_id: block.tool_use_id, content: resultText(block) }] : [],
  )
  const texts = message.content.flatMap((block) =>
    block.type === 'text' ? [{ role: 'user', content: block.text }] : [],
  )
  return [...results, ...texts]
}
