// Token counts without a tokenizer: four characters are one. Good enough for meters and budgets, and always the same.
import type { Turn, ToolUse } from '../scenario/compose.ts'
import type { CountTokensRequest, RequestBlock } from './request.ts'
import { joinRoles } from './request.ts'

export interface Usage {
  input_tokens: number
  output_tokens: number
  cache_read_input_tokens: number
  cache_creation_input_tokens: number
  cache_creation: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number }
}

const perMessage = 4

export function tokensOf(value: unknown): number {
  if (value === undefined || value === null || value === '') return 0
  return Math.ceil((typeof value === 'string' ? value : JSON.stringify(value)).length / 4)
}

export function outputTokens({ text, calls }: Pick<Turn, 'text' | 'calls'>): number {
  return tokensOf(text) + calls.reduce((sum, call) => sum + callTokens(call), 0)
}

export function callTokens({ name, input }: ToolUse): number {
  return tokensOf(name) + tokensOf(input) + 12
}

/** Everything that the model would have to read. */
export function inputTokens(request: CountTokensRequest): number {
  return segments(request).reduce((sum, { tokens }) => sum + tokens, 0)
}

/**
 * Usage as the API counts it: up to the last `cache_control` mark the prompt is cached, what the turn before already sent
 * is read from the cache and the rest written to it. No cache is kept: it follows from the conversation's length.
 */
export function usageOf(request: CountTokensRequest, turn: Pick<Turn, 'text' | 'calls' | 'usage'>): Usage {
  const parts = segments(request)
  const sum = (slice: Segment[]) => slice.reduce((total, { tokens }) => total + tokens, 0)
  const marked = parts.findLastIndex(({ cache }) => cache !== undefined) + 1
  const before = parts.findIndex(({ latest }) => latest)
  const seen = parts.some(({ assistant }) => assistant) ? Math.min(marked, before) : 0
  const { usage } = turn
  const created = usage.cacheCreationTokens ?? sum(parts.slice(seen, marked))
  const longLived = parts[marked - 1]?.cache === '1h'
  return {
    input_tokens: usage.inputTokens ?? sum(parts.slice(marked)),
    output_tokens: usage.outputTokens ?? outputTokens(turn),
    cache_read_input_tokens: usage.cacheReadTokens ?? sum(parts.slice(0, seen)),
    cache_creation_input_tokens: created,
    cache_creation: {
      ephemeral_5m_input_tokens: longLived ? 0 : created,
      ephemeral_1h_input_tokens: longLived ? created : 0,
    },
  }
}

interface Segment {
  tokens: number
  cache: '5m' | '1h' | undefined
  assistant: boolean
  /** Not part of the prompt that the turn before sent. */
  latest: boolean
}

function segments({ tools, system, messages }: CountTokensRequest): Segment[] {
  const turns = joinRoles(messages)
  const systemBlocks = typeof system === 'string' ? [{ text: system, cache_control: undefined }] : (system ?? [])
  return [
    ...(tools ?? []).map((tool) => fixedSegment(tool, tool.cache_control)),
    ...systemBlocks.map((block) => fixedSegment(block.text, block.cache_control)),
    ...turns.flatMap(({ role, blocks }, index) =>
      blocks.map((block, at) => ({
        tokens: blockTokens(block) + (at === 0 ? perMessage : 0),
        cache: cacheOf(block.cache_control),
        assistant: role === 'assistant',
        latest: index >= turns.length - 2,
      })),
    ),
  ]
}

function fixedSegment(value: unknown, control: Parameters<typeof cacheOf>[0]): Segment {
  return { tokens: tokensOf(value), cache: cacheOf(control), assistant: false, latest: false }
}

function cacheOf(control: { ttl?: '5m' | '1h' | undefined } | null | undefined): Segment['cache'] {
  return control ? (control.ttl ?? '5m') : undefined
}

function blockTokens(block: RequestBlock): number {
  if (block.type === 'text') return tokensOf(block.text)
  if (block.type === 'tool_use') return tokensOf(block.name) + tokensOf(block.input) + 12
  if (block.type === 'tool_result') return tokensOf(block.content) + 8
  return tokensOf({ ...block, cache_control: undefined })
}
