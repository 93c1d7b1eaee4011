import { tokensOf } from '../api/tokens.ts'
import { digest, type ToolUse } from '../scenario/compose.ts'
import type { PacedPart, Said } from './dialect.ts'
import { jsonPieces, openaiCallId, promptTokens, wordsOf } from './parts.ts'

/** A turn as OpenAI's responses tell it in one piece. */
export function responseOf(said: Said) {
  const { turn } = said
  const cut = turn.stopReason === 'max_tokens'
  return {
    ...shell(said, cut ? 'incomplete' : 'completed'),
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    output: outputOf(said),
    output_text: turn.stopReason === 'refusal' ? '' : turn.text,
    usage: usageOf(said),
  }
}

/** The events that build it up. */
export function* responseParts(said: Said): Generator<PacedPart> {
  let sequence = 0
  const part = (kind: PacedPart['kind'], data: { type: string }, tokens = 0): PacedPart => ({
    data: { ...data, sequence_number: sequence++ },
    kind,
    tokens,
  })
  const begun = { ...shell(said, 'in_progress'), incomplete_details: null, output: [], usage: null }
  yield part('opening', named('response.created', { response: begun }))
  yield part('opening', named('response.in_progress', { response: begun }))
  for (const [index, item] of outputOf(said).entries()) {
    const at = { output_index: index, item_id: item.id }
    const empty = item.type === 'message' ? { ...item, content: [] } : { ...item, arguments: '' }
    yield part(
      'none',
      named('response.output_item.added', { output_index: index, item: { ...empty, status: 'in_progress' } }),
    )
    if (item.type === 'message') {
      for (const [kind, data, tokens] of textEvents(item.content[0], at)) yield part(kind, data, tokens)
    } else {
      for (const piece of jsonPieces(item.arguments)) {
        yield part('input', named('response.function_call_arguments.delta', { ...at, delta: piece }), tokensOf(piece))
      }
      yield part(
        'none',
        named('response.function_call_arguments.done', { ...at, name: item.name, arguments: item.arguments }),
      )
    }
    yield part('none', named('response.output_item.done', { output_index: index, item }))
  }
  const whole = responseOf(said)
  yield part('closing', named(`response.${whole.status}`, { response: whole }))
}

type Content = ReturnType<typeof contentOf>

function* textEvents(content: Content, at: object): Generator<[PacedPart['kind'], { type: string }, number?]> {
  const place = { ...at, content_index: 0 }
  const isRefusal = content.type === 'refusal'
  const empty = isRefusal ? { ...content, refusal: '' } : { ...content, text: '' }
  yield ['none', named('response.content_part.added', { ...place, part: empty })]
  const text = isRefusal ? content.refusal : content.text
  const name = isRefusal ? 'response.refusal' : 'response.output_text'
  for (const word of wordsOf(text)) {
    yield ['text', named(`${name}.delta`, { ...place, delta: word, logprobs: [] }), tokensOf(word)]
  }
  yield ['none', named(`${name}.done`, { ...place, ...(isRefusal ? { refusal: text } : { text, logprobs: [] }) })]
  yield ['none', named('response.content_part.done', { ...place, part: content })]
}

function outputOf({ turn }: Said) {
  const message = {
    type: 'message' as const,
    id: `msg_${digest(turn.key)}`,
    status: 'completed',
    role: 'assistant',
    content: [contentOf(turn)] as const,
  }
  return [...(turn.text === '' ? [] : [message]), ...turn.calls.map(callItem)]
}

const contentOf = ({ text, stopReason }: Said['turn']) =>
  stopReason === 'refusal'
    ? { type: 'refusal' as const, refusal: text }
    : { type: 'output_text' as const, text, annotations: [], logprobs: [] }

const callItem = ({ id, name, input }: ToolUse) => ({
  type: 'function_call' as const,
  id: id.replace(/^toolu_/, 'fc_'),
  call_id: openaiCallId(id),
  status: 'completed',
  name,
  arguments: JSON.stringify(input),
})

const shell = ({ turn, model }: Said, status: string) => ({
  id: `resp_${digest(turn.key)}`,
  object: 'response',
  created_at: 0,
  status,
  model,
  error: null,
  instructions: null,
  metadata: {},
  parallel_tool_calls: true,
  tool_choice: 'auto',
  tools: [],
  temperature: 1,
  top_p: 1,
})

const usageOf = ({ usage }: Said) => ({
  input_tokens: promptTokens(usage),
  input_tokens_details: { cached_tokens: usage.cache_read_input_tokens },
  output_tokens: usage.output_tokens,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: promptTokens(usage) + usage.output_tokens,
})

const named = (type: string, data: object) => ({ type, ...data })
