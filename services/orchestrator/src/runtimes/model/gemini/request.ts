import type { ContentBlock } from '@mosaic/contracts/agent-session'
import type { TranscriptMessage } from '../../../journal/transcript.ts'
import type { ModelRequest } from '../contract.ts'
import type { AskedOf } from '../http/dialect.ts'
import { acceptableName } from '../http/tool-name.ts'

/** The request as generateContent takes it. */
export const contentRequest = (request: ModelRequest, { maximumTokens }: AskedOf) => ({
  systemInstruction: { parts: [{ text: request.system }] },
  contents: toContents(request.messages),
  generationConfig: { maxOutputTokens: maximumTokens },
  ...(request.tools.length > 0 && {
    tools: [
      {
        functionDeclarations: request.tools.map(({ name, description, inputSchema }) => ({
          name,
          description,
          parametersJsonSchema: inputSchema,
        })),
      },
    ],
  }),
})

/** Results follow their calls at once and in their order, all of them in one turn; what people say comes in the next. */
function toContents(messages: readonly TranscriptMessage[]): object[] {
  const names = new Map<string, string>()
  return messages.flatMap(({ role, content }): object[] => {
    if (role === 'assistant') {
      for (const block of content) if (block.type === 'tool_use') names.set(block.id, acceptableName(block.name))
      const parts = content.flatMap((block, index) => partsOf(block, content[index - 1]))
      return parts.length > 0 ? [{ role: 'model', parts }] : []
    }
    const results = content.flatMap((block) => {
      if (block.type !== 'tool_result') return []
      const response = block.is_error ? { error: block.content } : { output: block.content }
      return [{ functionResponse: { name: names.get(block.tool_use_id) ?? 'unnamed', response } }]
    })
    const texts = content.flatMap((block) => (block.type === 'text' ? [{ text: block.text }] : []))
    return [results, texts].flatMap((parts) => (parts.length > 0 ? [{ role, parts }] : []))
  })
}

/** A call goes back with the signature of the thought before it. */
function partsOf(block: ContentBlock, before: ContentBlock | undefined): object[] {
  if (block.type === 'text') return [{ text: block.text }]
  if (block.type === 'thinking') return []
  const signature = before?.type === 'thinking' ? before.signature : undefined
  const functionCall = { name: acceptableName(block.name), args: block.input }
  return [{ functionCall, ...(signature !== undefined && { thoughtSignature: signature }) }]
}
