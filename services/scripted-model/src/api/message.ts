// A turn in the API's words: the whole message, or the events that build it up.
import type { ToolUse, Turn } from '../scenario/compose.ts'
import { digest } from '../scenario/compose.ts'
import type { PacedPart, Said } from '../dialects/dialect.ts'
import { jsonPieces, wordsOf } from '../dialects/parts.ts'
import type { Usage } from './tokens.ts'
import { callTokens, tokensOf } from './tokens.ts'

interface StreamEvent {
  type: string
  [key: string]: unknown
}

export function messageOf({ turn, usage, model }: Said) {
  const text = turn.text === '' ? [] : [{ type: 'text', text: turn.text, citations: null }]
  return {
    ...shell(turn, model),
    content: [...text, ...turn.calls.map(toolUseBlock)],
    stop_reason: turn.stopReason,
    usage: fullUsage(usage),
  }
}

/** The events of a message, from `message_start` to `message_stop`, in the order of the API. */
export function* eventsOf({ turn, usage, model }: Said): Generator<PacedPart> {
  const message = {
    ...shell(turn, model),
    content: [],
    stop_reason: null,
    usage: { ...fullUsage(usage), output_tokens: 1 },
  }
  yield now({ type: 'message_start', message }, 'opening')
  yield now({ type: 'ping' }, 'opening')
  let index = 0
  if (turn.text !== '') yield* textEvents(turn.text, index++)
  for (const call of turn.calls) yield* callEvents(call, index++)
  const { cache_creation: _, ...counts } = usage
  const delta = { stop_reason: turn.stopReason, stop_sequence: null, stop_details: null, container: null }
  const counted = { ...counts, output_tokens_details: null, server_tool_use: null }
  yield now({ type: 'message_delta', delta, usage: counted }, 'closing')
  yield now({ type: 'message_stop' }, 'closing')
}

/** What a request's `max_tokens` leaves of a turn: text is cut, calls that no longer fit are dropped. */
export function cutToMaxTokens(turn: Turn, maxTokens: number): Turn {
  let left = maxTokens - tokensOf(turn.text)
  const calls = turn.calls.filter((call) => (left -= callTokens(call)) >= 0)
  if (calls.length === turn.calls.length && tokensOf(turn.text) <= maxTokens) return turn
  return { ...turn, text: turn.text.slice(0, maxTokens * 4), calls, stopReason: 'max_tokens' }
}

function* textEvents(text: string, index: number): Generator<PacedPart> {
  yield now({ type: 'content_block_start', index, content_block: { type: 'text', text: '', citations: null } })
  for (const word of wordsOf(text)) {
    const data = { type: 'content_block_delta', index, delta: { type: 'text_delta', text: word } }
    yield { data, kind: 'text', tokens: tokensOf(word) }
  }
  yield now({ type: 'content_block_stop', index })
}

function* callEvents(call: ToolUse, index: number): Generator<PacedPart> {
  yield now({ type: 'content_block_start', index, content_block: { ...toolUseBlock(call), input: {} } })
  // As the API does it: an empty piece first, then the JSON in pieces that end anywhere.
  for (const piece of ['', ...jsonPieces(JSON.stringify(call.input))]) {
    const data = { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: piece } }
    yield { data, kind: 'input', tokens: tokensOf(piece) }
  }
  yield now({ type: 'content_block_stop', index })
}

function toolUseBlock({ id, name, input }: ToolUse) {
  return { type: 'tool_use', id, name, input, caller: { type: 'direct' } }
}

function shell(turn: Turn, model: string) {
  return {
    id: `msg_${digest(turn.key)}`,
    type: 'message',
    role: 'assistant',
    model,
    container: null,
    diagnostics: null,
    stop_details: null,
    stop_sequence: null,
  }
}

function fullUsage(usage: Usage) {
  return {
    ...usage,
    inference_geo: null,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: 'standard',
    speed: 'standard',
  }
}

function now(data: StreamEvent, kind: PacedPart['kind'] = 'none'): PacedPart {
  return { data, kind, tokens: 0 }
}
