import type { TranscriptMessage } from '../../../journal/transcript.ts'
import type { ModelRequest } from '../contract.ts'
import type { AskedOf } from '../http/dialect.ts'
import { resultText } from '../http/result-text.ts'
import { acceptableName } from '../http/tool-name.ts'

/** The request as the responses API takes it. The server keeps nothing: the conversation is in the log. */
export const responseRequest = (request: ModelRequest, { maximumTokens }: AskedOf) => ({
  model: request.model,
  max_output_tokens: maximumTokens,
  stream: true,
  store: false,
  instructions: request.system,
  input: request.messages.flatMap(toItems),
  tools: request.tools.map(({ name, description, inputSchema }) => ({
    type: 'function',
    name,
    description,
    parameters: inputSchema,
    // Strict schemas know no optional fields.
    strict: false,
  })),
})

function toItems({ role, content }: TranscriptMessage): object[] {
  if (role === 'assistant') {
    return content.flatMap((block): object[] => {
      if (block.type === 'text') return [{ role, content: [{ type: 'output_text', text: block.text }] }]
      if (block.type === 'thinking') return []
      const { id, name, input } = block
      return [{ type: 'function_call', call_id: id, name: acceptableName(name), arguments: JSON.stringify(input) }]
    })
  }
  return content.map((block) =>
    block.type === 'text'
      ? { role, content: [{ type: 'input_text', text: block.text }] }
      : { type: 'function_call_output', call_id: block.tool_use_id, output: resultText(block) },
  )
}
