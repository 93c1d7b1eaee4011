import { expect, test } from 'vitest'
import { ReplyFold } from '../http/reply.ts'
import { readMessage } from './pieces.ts'

const usage = (more: object) => ({
  cache_creation_input_tokens: null,
  cache_read_input_tokens: null,
  input_tokens: null,
  output_tokens: 0,
  ...more,
})

/** The parts of the API's events that are looked at, as they come in. */
function fold(...events: object[]) {
  const reply = new ReplyFold()
  const read = readMessage()
  const deltas = events.flatMap((event) => [...read(event)].map((piece) => reply.apply(piece)))
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

test('what is blank is not said', () => {
  const { reply } = fold(
    start,
    block(0, { type: 'text', text: '\n\n' }),
    block(1, { type: 'thinking', thinking: '', signature: '' }),
    block(2, { type: 'tool_use', id: 'a', name: 'list_files', input: {} }),
    ...end('tool_use'),
  )
  expect(reply?.content).toEqual([{ type: 'tool_use', id: 'a', name: 'list_files', input: {} }])
})

test.each([
  ['an object', { command: 'ls' }, { command: 'ls' }],
  ['a text', '{"command":"ls"}', { command: 'ls' }],
  ['nothing', undefined, {}],
  ['a list', ['ls'], { invalid_json: '["ls"]' }],
  ['nested without end', '{"a":'.repeat(5000), { invalid_json: '{"a":'.repeat(5000) }],
])('input that comes in one piece with the call: %s', (_, input, expected) => {
  const { reply } = fold(start, block(0, { type: 'tool_use', id: 'a', name: 'shell', input }), ...end('tool_use'))
  expect(reply?.content).toMatchObject([{ input: expected }])
})

test.each([
  ['missing', undefined, undefined, null],
  ['text', { input_tokens: '12' }, { output_tokens: '3' }, { inputTokens: 12, outputTokens: 3 }],
  ['half of them', { input_tokens: 12 }, { output_tokens: 'many' }, null],
  ['nonsense', { input_tokens: -1 }, { output_tokens: 1.5 }, null],
])('token counts that are %s', (_, first, last, expected) => {
  const { reply } = fold(
    { type: 'message_start', message: { model: 'm', usage: first } },
    block(0, { type: 'text', text: 'Hi.' }),
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: last },
    { type: 'message_stop' },
  )
  expect(reply?.tokens).toEqual(expected && expect.objectContaining(expected))
})

test('servers that leave out the last event, the block’s beginning or its number are understood', () => {
  const { reply } = fold(
    delta(0, { type: 'text_delta', text: 'One.' }),
    { type: 'content_block_stop', index: 0 },
    block(0, { type: 'tool_use', id: 'a', name: 'shell' }),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
  )
  expect(reply).toMatchObject({ content: [{ text: 'One.' }, { name: 'shell' }], model: '', tokens: null })
})

test('a message that comes whole is one', () => {
  const content = [{ type: 'text', text: 'Hi.' }]
  const { reply } = fold({ type: 'message', model: 'm', content, stop_reason: 'end_turn', usage: null })
  expect(reply).toEqual({ content, stopReason: 'end_turn', model: 'm', tokens: null })
})

test.each([
  ['a block that begins twice', [start, block(0, { type: 'text', text: '' }), block(0, { type: 'text', text: '' })]],
  ['input without a call', [start, delta(0, { type: 'input_json_delta', partial_json: '{' })]],
  [
    'text within a call',
    [block(0, { type: 'tool_use', id: 'a', name: 'x' }), delta(0, { type: 'text_delta', text: 'x' })],
  ],
  ['a second message', [start, block(0, { type: 'text', text: 'x' }), start]],
])('%s is no answer', (_, events) => {
  expect(() => fold(...events)).toThrow(expect.objectContaining({ name: 'AnswerBrokenError' }))
})
