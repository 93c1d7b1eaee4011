import { z } from 'zod'
import { messagesSchema, type RequestBlock, type RequestMessage } from '../api/request.ts'
import { tokensOf } from '../api/tokens.ts'
import { digest, type ToolUse } from '../scenario/compose.ts'
import { parseBody, readRequest } from '../routes/read-request.ts'
import { automaticallyCached } from './automatic-cache.ts'
import type { Dialect, PacedPart, Said } from './dialect.ts'
import { openaiError } from './openai-errors.ts'
import { content, failureMark, jsonPieces, openaiCallId, parsedInput, promptTokens, wordsOf } from './parts.ts'

const message = z.discriminatedUnion('role', [
  z.looseObject({ role: z.enum(['system', 'developer', 'user']), content }),
  z.looseObject({
    role: z.literal('assistant'),
    content: content.optional(),
    tool_calls: z
      .array(
        z.looseObject({ id: z.string().min(1), function: z.looseObject({ name: z.string(), arguments: z.string() }) }),
      )
      .min(1, "[] is too short - 'messages.tool_calls'")
      .optional(),
  }),
  z.looseObject({ role: z.literal('tool'), tool_call_id: z.string().min(1), content }),
])
type Message = z.infer<typeof message>

const request = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  tools: z
    .array(z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string().min(1) }) }))
    .min(1)
    .optional(),
  max_tokens: z.int().min(1).optional(),
  max_completion_tokens: z.int().min(1).optional(),
  stream: z.boolean().nullish(),
})

/** OpenAI's chat completions. */
export const openaiChat: Dialect = {
  path: '/v1/chat/completions',
  read(body) {
    const { model, messages, tools, max_tokens, max_completion_tokens, stream } = parseBody(request, body)
    return readRequest(messagesSchema, {
      model,
      max_tokens: max_completion_tokens ?? max_tokens ?? 1_000_000,
      stream: stream ?? false,
      system: messages
        .flatMap((one) => (one.role === 'system' || one.role === 'developer' ? [one.content] : []))
        .join('\n'),
      messages: automaticallyCached(messages.flatMap(toMessage)),
      tools: (tools ?? []).map((tool) => tool.function),
    })
  },
  whole: ({ turn, usage, model }) => ({
    ...shell({ turn, model }, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: turn.text || null,
          refusal: null,
          ...(turn.calls.length > 0 && {
            tool_calls: turn.calls.map((call) => toolCall(call, JSON.stringify(call.input))),
          }),
        },
        logprobs: null,
        finish_reason: reasons[turn.stopReason],
      },
    ],
    usage: usageIn(usage),
  }),
  parts: chunks,
  contentType: 'text/event-stream; charset=utf-8',
  frame: (json) => `data: ${json}\n\n`,
  end: 'data: [DONE]\n\n',
  error: openaiError,
  errorPart: (error) => openaiError(error).body,
}

function toMessage(message: Message): RequestMessage[] {
  if (message.role === 'assistant') {
    const text: RequestBlock[] = message.content ? [{ type: 'text', text: message.content }] : []
    const calls = (message.tool_calls ?? []).map(
      ({ id, function: { name, arguments: json } }): RequestBlock => ({
        type: 'tool_use',
        id,
        name,
        input: parsedInput(json),
      }),
    )
    return [{ role: 'assistant', content: [...text, ...calls] }]
  }
  if (message.role === 'tool') {
    const { tool_call_id: id, content: said } = message
    return [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: id, ...failureMark(said) }] }]
  }
  return message.role === 'user' ? [{ role: 'user', content: message.content }] : []
}

function* chunks({ turn, usage, model }: Said): Generator<PacedPart> {
  const chunk = (delta: object, finish: string | null = null) => ({
    ...shell({ turn, model }, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    usage: null,
  })
  yield { data: chunk({ role: 'assistant', content: '', refusal: null }), kind: 'opening', tokens: 0 }
  for (const word of wordsOf(turn.text)) yield { data: chunk({ content: word }), kind: 'text', tokens: tokensOf(word) }
  for (const [index, call] of turn.calls.entries()) {
    yield { data: chunk({ tool_calls: [{ index, ...toolCall(call, '') }] }), kind: 'none', tokens: 0 }
    for (const piece of jsonPieces(JSON.stringify(call.input))) {
      yield {
        data: chunk({ tool_calls: [{ index, function: { arguments: piece } }] }),
        kind: 'input',
        tokens: tokensOf(piece),
      }
    }
  }
  yield { data: chunk({}, reasons[turn.stopReason]), kind: 'closing', tokens: 0 }
  yield {
    data: { ...shell({ turn, model }, 'chat.completion.chunk'), choices: [], usage: usageIn(usage) },
    kind: 'closing',
    tokens: 0,
  }
}

const toolCall = ({ id, name }: ToolUse, input: string) => ({
  id: openaiCallId(id),
  type: 'function',
  function: { name, arguments: input },
})

const shell = ({ turn, model }: Pick<Said, 'turn' | 'model'>, object: string) => ({
  id: `chatcmpl-${digest(turn.key)}`,
  object,
  created: 0,
  model,
  service_tier: 'default',
  system_fingerprint: null,
})

const reasons = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  refusal: 'content_filter',
} as const

const usageIn = (usage: Said['usage']) => ({
  prompt_tokens: promptTokens(usage),
  completion_tokens: usage.output_tokens,
  total_tokens: promptTokens(usage) + usage.output_tokens,
  prompt_tokens_details: { cached_tokens: usage.cache_read_input_tokens },
  completion_tokens_details: { reasoning_tokens: 0 },
})
