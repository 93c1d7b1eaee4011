import type Anthropic from '@anthropic-ai/sdk'
import { expect, test } from 'vitest'
import { ReplyFold } from './reply.ts'

const usage = (more: object) => ({
  cache_creation_input_tokens: null,
  cache_read_input_tokens: null,
  input_tokens: null,
  output_tokens: 0,
  ...more,
})

/** The parts of the API's events that the fold looks at. */
function fold(...events: object[]) {
  const reply = new ReplyFold()
  const deltas = events.map((event) => reply.apply(event as Anthropic.RawMessageStreamEvent))
  return { reply: reply.finished(), deltas: deltas.filter((delta) => delta !== undefined) }
}

const start = {
  type: 'message_start',
  message: { model: 'm', usage: usage({ input_tokens: 10, cache_read_input_tokens: 4 }) },
}
const end = (stop_reason: string) => [
  { type: 'message_delta', delta: { stop_reason }, usage: usage({ output_tokens: 7 }) },
  { type: 'message_stop' },
]
const block = (index: number, content_block: object) => ({ type: 'content_block_start', index, content_block })
const delta = (index: number, inner: object) => ({ type: 'content_block_delta', index, delta: inner })

test('text, thinking and tool calls are put together', () => {
  const { reply, deltas } = fold(
    start,
    block(0, { type: 'thinking', thinking: '', signature: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'Hm.' }),
    delta(0, { type: 'signature_delta', signature: 'sig' }),
    block(1, { type: 'text', text: '' }),
    delta(1, { type: 'text_delta', text: 'Hel' }),
    delta(1, { type: 'text_delta', text: 'lo.' }),
    block(2, { type: 'tool_use', id: 'a', name: 'shell', input: {} }),
    delta(2, { type: 'input_json_delta', partial_json: '{"command":' }),
    delta(2, { type: 'input_json_delta', partial_json: '"ls"}' }),
    block(3, { type: 'tool_use', id: 'b', name: 'list_files', input: {} }),
    ...end('tool_use'),
  )
  expect(reply).toEqual({
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
      { type: 'text', text: 'Hello.' },
      { type: 'tool_use', id: 'a', name: 'shell', input: { command: 'ls' } },
      { type: 'tool_use', id: 'b', name: 'list_files', input: {} },
    ],
    stopReason: 'tool_use',
    model: 'm',
    tokens: { inputTokens: 10, outputTokens: 7, cacheReadTokens: 4, cacheWriteTokens: 0 },
  })
  expect(deltas.filter((d) => d?.block === 2).map((d) => d?.text)).toEqual(['', '{"command":', '"ls"}'])
})

test('a call that the token limit cut in half was never made', () => {
  const { reply } = fold(
    start,
    block(0, { type: 'text', text: 'Now ' }),
    block(1, { type: 'tool_use', id: 'a', name: 'write_file', input: {} }),
    delta(1, { type: 'input_json_delta', partial_json: '{"path":"a","cont' }),
    ...end('max_tokens'),
  )
  expect(reply?.content).toEqual([{ type: 'text', text: 'Now ' }])
})

test('input that is no object reaches the tool as it came', () => {
  const { reply } = fold(
    start,
    block(0, { type: 'tool_use', id: 'a', name: 'shell', input: {} }),
    delta(0, { type: 'input_json_delta', partial_json: '[1' }),
    ...end('tool_use'),
  )
  expect(reply?.content).toEqual([{ type: 'tool_use', id: 'a', name: 'shell', input: { invalid_json: '[1' } }])
})

test('a stream that breaks off is no message', () => {
  expect(fold(start, block(0, { type: 'text', text: 'Hel' })).reply).toBeUndefined()
})
