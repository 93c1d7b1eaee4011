import { z } from 'zod'
import type { ApiError } from '../api/errors.ts'
import { messagesSchema, type RequestBlock, type RequestMessage } from '../api/request.ts'
import { callTokens, tokensOf } from '../api/tokens.ts'
import { parseBody, readRequest } from '../routes/read-request.ts'
import type { ToolUse } from '../scenario/compose.ts'
import { CallsInOrder } from './calls-in-order.ts'
import type { Dialect, PacedPart, Said } from './dialect.ts'
import { failureMark, promptTokens, wordsOf } from './parts.ts'

const call = z.object({
  id: z.string().optional(),
  function: z.object({ name: z.string().min(1), arguments: z.record(z.string(), z.unknown()) }),
})
const message = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string().default(''),
  tool_calls: z.array(call).optional(),
  tool_call_id: z.string().optional(),
})
type Message = z.infer<typeof message>

const request = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string().min(1) }) })).nullish(),
  options: z.looseObject({ num_predict: z.int().optional() }).nullish(),
  stream: z.boolean().default(true),
})

/** Ollama's own API: a line of JSON per piece, calls whole, and no word of what it cached. */
export const ollama: Dialect = {
  path: '/api/chat',
  read(body) {
    const { model, messages, tools, options, stream } = parseBody(request, body)
    const limit = options?.num_predict ?? -1
    const calls = new CallsInOrder()
    return readRequest(messagesSchema, {
      model,
      max_tokens: limit > 0 ? limit : 1_000_000,
      stream,
      system: messages.flatMap(({ role, content }) => (role === 'system' ? [content] : [])).join('\n'),
      messages: messages.flatMap((one) => toMessage(one, calls)),
      tools: (tools ?? []).map((tool) => tool.function),
    })
  },
  whole: (said) => lastLine(said, { content: said.turn.text, ...called(said.turn.calls) }),
  parts: lines,
  contentType: 'application/x-ndjson',
  frame: (json) => `${json}\n`,
  end: '',
  error: ollamaError,
  errorPart: (error) => ollamaError(error).body,
}

function toMessage({ role, content, tool_calls, tool_call_id }: Message, calls: CallsInOrder): RequestMessage[] {
  if (role === 'system') return []
  if (role === 'user') return [{ role, content }]
  if (role === 'tool') {
    const id = calls.answered(tool_call_id)
    return [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: id, ...failureMark(content) }] }]
  }
  const text: RequestBlock[] = content === '' ? [] : [{ type: 'text', text: content }]
  const made = (tool_calls ?? []).map(
    ({ id, function: { name, arguments: input } }): RequestBlock => ({
      type: 'tool_use',
      id: calls.made(id),
      name,
      input,
    }),
  )
  return [{ role, content: [...text, ...made] }]
}

function* lines(said: Said): Generator<PacedPart> {
  for (const word of wordsOf(said.turn.text))
    yield { data: line(said, { content: word }), kind: 'text', tokens: tokensOf(word) }
  for (const one of said.turn.calls) {
    yield { data: line(said, { content: '', ...called([one]) }), kind: 'input', tokens: callTokens(one) }
  }
  yield { data: lastLine(said, { content: '' }), kind: 'closing', tokens: 0 }
}

const called = (calls: readonly ToolUse[]) =>
  calls.length > 0 && { tool_calls: calls.map(({ name, input }) => ({ function: { name, arguments: input } })) }

const line = ({ model }: Said, message: object) => ({
  model,
  created_at: '1970-01-01T00:00:00Z',
  message: { role: 'assistant', ...message },
  done: false,
})

const lastLine = (said: Said, message: object) => ({
  ...line(said, message),
  done: true,
  done_reason: said.turn.stopReason === 'max_tokens' ? 'length' : 'stop',
  total_duration: 0,
  load_duration: 0,
  prompt_eval_count: promptTokens(said.usage),
  prompt_eval_duration: 0,
  eval_count: said.usage.output_tokens,
  eval_duration: 0,
})

function ollamaError({ status, type, message }: ApiError) {
  if (type === 'overloaded_error') {
    return { status: 503, body: { error: 'server busy, please try again.  maximum pending requests exceeded' } }
  }
  if (type === 'context_full') return { status: 400, body: { error: 'the input length exceeds the context length' } }
  return { status, body: { error: message } }
}
