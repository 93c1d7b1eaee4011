import { z } from 'zod'
import { ApiError } from '../api/errors.ts'
import { messagesSchema, type RequestBlock, type RequestMessage } from '../api/request.ts'
import { callTokens, tokensOf } from '../api/tokens.ts'
import { parseBody, readRequest } from '../routes/read-request.ts'
import { digest, type ToolUse } from '../scenario/compose.ts'
import { automaticallyCached } from './automatic-cache.ts'
import { CallsInOrder } from './calls-in-order.ts'
import type { Dialect, PacedPart, Said } from './dialect.ts'
import { geminiError } from './gemini-errors.ts'
import { promptTokens, wordsOf } from './parts.ts'

const part = z.union([
  z.object({ text: z.string() }),
  z.object({
    functionCall: z.object({ name: z.string().min(1), args: z.record(z.string(), z.unknown()).default({}) }),
  }),
  z.object({ functionResponse: z.object({ name: z.string().min(1), response: z.record(z.string(), z.unknown()) }) }),
  /** Images and files, which no scenario looks at. */
  z.union([z.object({ inlineData: z.unknown() }), z.object({ fileData: z.unknown() })]).transform(() => ({ text: '' })),
])
const contents = z
  .array(z.object({ role: z.enum(['user', 'model']).default('user'), parts: z.array(part).min(1) }))
  .min(1)

const request = z.looseObject({
  systemInstruction: z.object({ parts: z.array(z.object({ text: z.string() })) }).nullish(),
  contents,
  tools: z
    .array(z.looseObject({ functionDeclarations: z.array(z.looseObject({ name: z.string().min(1) })).default([]) }))
    .nullish(),
  generationConfig: z.looseObject({ maxOutputTokens: z.int().min(1).optional() }).nullish(),
})

/** Gemini's generateContent: the model and whether to stream are said by the address. */
export const gemini: Dialect = {
  path: '/v1beta/models/*',
  read(body, url) {
    const { systemInstruction, contents, tools, generationConfig } = parseBody(request, body)
    const { model, stream } = askedIn(url)
    const calls = new CallsInOrder()
    return readRequest(messagesSchema, {
      model,
      max_tokens: generationConfig?.maxOutputTokens ?? 1_000_000,
      stream,
      system: (systemInstruction?.parts ?? []).map(({ text }) => text).join('\n'),
      messages: automaticallyCached(contents.map((content) => toMessage(content, calls))),
      tools: (tools ?? []).flatMap(({ functionDeclarations }) => functionDeclarations),
    })
  },
  whole: (said) =>
    answer(
      said,
      [...(said.turn.text === '' ? [] : [{ text: said.turn.text }]), ...said.turn.calls.map(callPart)],
      true,
    ),
  parts: chunks,
  contentType: 'text/event-stream; charset=utf-8',
  frame: (json) => `data: ${json}\n\n`,
  end: '',
  error: geminiError,
  errorPart: (error) => geminiError(error).body,
}

function askedIn(url: string) {
  const found = /\/models\/([^?]*):(generateContent|streamGenerateContent)(?:\?|$)/.exec(url)
  if (!found) throw new ApiError(404, { message: 'Not found' })
  return { model: decodeURIComponent(found[1] ?? ''), stream: found[2] === 'streamGenerateContent' }
}

function toMessage({ role, parts }: z.infer<typeof contents>[number], calls: CallsInOrder): RequestMessage {
  const content = parts.map((one): RequestBlock => {
    if ('text' in one) return { type: 'text', text: one.text }
    if ('functionCall' in one) {
      const { name, args: input } = one.functionCall
      return { type: 'tool_use', id: calls.made(), name, input }
    }
    const { output, error } = one.functionResponse.response
    return {
      type: 'tool_result',
      tool_use_id: calls.answered(),
      content: String(output ?? error),
      is_error: error !== undefined,
    }
  })
  return { role: role === 'model' ? 'assistant' : 'user', content }
}

function* chunks(said: Said): Generator<PacedPart> {
  for (const word of wordsOf(said.turn.text))
    yield { data: answer(said, [{ text: word }]), kind: 'text', tokens: tokensOf(word) }
  for (const call of said.turn.calls)
    yield { data: answer(said, [callPart(call)]), kind: 'input', tokens: callTokens(call) }
  yield { data: answer(said, [{ text: '' }], true), kind: 'closing', tokens: 0 }
}

/** Newer models sign their thoughts with the call, and want it back. */
const callPart = ({ id, name, input }: ToolUse) => ({ functionCall: { name, args: input }, thoughtSignature: id })

const answer = ({ turn, usage, model }: Said, parts: object[], isLast = false) => ({
  candidates: [
    { content: { role: 'model', parts }, index: 0, ...(isLast && { finishReason: reasons[turn.stopReason] }) },
  ],
  usageMetadata: {
    promptTokenCount: promptTokens(usage),
    cachedContentTokenCount: usage.cache_read_input_tokens,
    ...(isLast && { candidatesTokenCount: usage.output_tokens }),
    totalTokenCount: promptTokens(usage) + usage.output_tokens,
  },
  modelVersion: model,
  responseId: digest(turn.key),
})

const reasons = {
  end_turn: 'STOP',
  stop_sequence: 'STOP',
  pause_turn: 'STOP',
  tool_use: 'STOP',
  max_tokens: 'MAX_TOKENS',
  refusal: 'SAFETY',
} as const
