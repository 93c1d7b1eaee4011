import { contentBlock } from '@mosaic/contracts/agent-session'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Delta } from '../contract.ts'
import { readReply } from '../http/read-reply.ts'
import { readMessage } from './pieces.ts'

/** A stream as Anthropic's API sends it. */
const recorded: readonly unknown[] = [
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5-5',
      content: [],
      stop_reason: null,
      usage: { input_tokens: 11, cache_read_input_tokens: 3, cache_creation_input_tokens: 0, output_tokens: 1 },
    },
  },
  { type: 'ping' },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Which file?' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2ln' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'I look at' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: ' the file.' } },
  { type: 'content_block_stop', index: 1 },
  {
    type: 'content_block_start',
    index: 2,
    content_block: { type: 'tool_use', id: 'toolu_1', name: 'read_file', input: {} },
  },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"path":' } },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '"a.txt"}' } },
  { type: 'content_block_stop', index: 2 },
  { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 42 } },
  { type: 'message_stop' },
]

/** Servers are judged by the data; what stands in `event` may be anything, also nothing that can be written. */
const lineOf = (event: unknown) => `event: ${typeOf(event)}\ndata: ${JSON.stringify(event)}\n\n`
const typeOf = (event: unknown) => {
  const { type } = (event ?? {}) as { type?: unknown }
  return typeof type === 'string' ? type : 'unnamed'
}
const response = (body: string | Uint8Array<ArrayBuffer>, type = 'text/event-stream') =>
  new Response(body, { headers: { 'content-type': type } })

async function read(answer: Response) {
  const deltas: Delta[] = []
  const reply = await readReply(answer, {
    read: readMessage(),
    heard: () => undefined,
    onDelta: (delta) => deltas.push(delta),
  })
  return { reply, deltas }
}

test('a recorded stream is read, however it is cut into chunks', async () => {
  const bytes = new TextEncoder().encode(recorded.map(lineOf).join(''))
  const inPieces = new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7))
      controller.close()
    },
  })
  const { reply, deltas } = await read(new Response(inPieces, { headers: { 'content-type': 'text/event-stream' } }))
  expect(reply).toEqual({
    content: [
      { type: 'thinking', thinking: 'Which file?', signature: 'c2ln' },
      { type: 'text', text: 'I look at the file.' },
      { type: 'tool_use', id: 'toolu_1', name: 'read_file', input: { path: 'a.txt' } },
    ],
    stopReason: 'tool_use',
    model: 'claude-sonnet-5-5',
    tokens: { inputTokens: 11, outputTokens: 42, cacheReadTokens: 3, cacheWriteTokens: 0 },
  })
  expect(deltas.map(({ block }) => block)).toEqual([0, 1, 1, 2, 2, 2])
})

test.each([
  ['a web page', response('<!doctype html><title>Sign in</title>', 'text/html'), /web page \(Sign in\)/],
  ['a web page as a stream', response('<html><title>Sign in</title>'), /web page \(Sign in\)/],
  ['nothing', response(''), /no event/],
  ['half a JSON text', response('data: {"type":"mess\n\n'), /not JSON/],
  ['a cut stream', response(recorded.slice(0, 9).map(lineOf).join('')), /before the end/],
  ['an index that is none', response(lineOf({ type: 'content_block_stop', index: 'x' })), /index/],
  ['a list', response('data: []\n\n'), /not readable/],
])('%s is named', async (_, answer, words) => {
  await expect(read(answer)).rejects.toMatchObject({ name: 'AnswerBrokenError', message: expect.stringMatching(words) })
})

test('an error within the stream is the server’s', async () => {
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  for (const sent of [error, { error: error.error }]) {
    await expect(read(response(`data: ${JSON.stringify(sent)}\n\n`))).rejects.toMatchObject({
      name: 'ServerError',
      message: 'Overloaded',
      objection: { words: ['overloaded_error'] },
    })
  }
})

test('a message in one piece is read, where a server does not stream', async () => {
  const message = { type: 'message', model: 'm', content: [{ type: 'text', text: 'Hi.' }], stop_reason: 'end_turn' }
  const { reply } = await read(response(JSON.stringify(message), 'application/json'))
  expect(reply).toMatchObject({ content: [{ text: 'Hi.' }], tokens: null })
})

/** One thing that a bad gateway does to the stream. */
const damage = fc.oneof(
  fc.record({
    kind: fc.constantFrom('drop' as const, 'double' as const, 'swap' as const, 'cut' as const),
    at: fc.nat(),
  }),
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), path: fc.nat(), value: fc.jsonValue() }),
  fc.record({ kind: fc.constant('raw' as const), at: fc.nat(), text: fc.string({ unit: 'binary', maxLength: 30 }) }),
  fc.record({ kind: fc.constant('byte' as const), at: fc.nat(), byte: fc.nat(255) }),
)
type Damage = typeof damage extends fc.Arbitrary<infer Kind> ? Kind : never

test('whatever is done to a stream, it is a message or a fault with a name', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
      const bytes = damaged(damages)
      const outcome = await read(response(bytes)).then(
        ({ reply }) => reply,
        (error: unknown) => error,
      )
      if (outcome instanceof Error) expect(outcome.name).toMatch(/^(AnswerBrokenError|ServerError)$/)
      else {
        const { content, tokens } = outcome as { content: unknown; tokens: object | null }
        const wire: unknown = JSON.parse(JSON.stringify(content))
        expect(z.array(contentBlock).parse(wire)).toEqual(wire)
        for (const count of Object.values(tokens ?? {})) expect(count).toSatisfy(Number.isSafeInteger)
      }
    }),
    { numRuns: 500 },
  )
})

function damaged(damages: readonly Damage[]): Uint8Array<ArrayBuffer> {
  const lines = recorded.map(lineOf)
  const events: unknown[] = structuredClone([...recorded])
  for (const one of damages) {
    const at = one.at % lines.length
    if (one.kind === 'drop') lines[at] = ''
    if (one.kind === 'double') lines[at] += lines[at]!
    if (one.kind === 'swap') [lines[at], lines[0]] = [lines[0]!, lines[at]!]
    if (one.kind === 'cut') lines[at] = lines[at]!.slice(0, one.at % (lines[at]!.length + 1))
    if (one.kind === 'raw') lines[at] += `data: ${one.text}\n\n`
    if (one.kind === 'set') lines[at] = lineOf(withValue(events[at], one))
  }
  const bytes = new TextEncoder().encode(lines.join(''))
  for (const one of damages) if (one.kind === 'byte' && bytes.length > 0) bytes[one.at % bytes.length] = one.byte
  return bytes
}

/** The event with another value at one of its places. */
function withValue(event: unknown, { path, value }: { readonly path: number; readonly value: unknown }): unknown {
  const places: [object, string][] = []
  const visit = (part: unknown) => {
    if (typeof part !== 'object' || part === null) return
    for (const key of Object.keys(part)) {
      places.push([part, key])
      visit((part as Record<string, unknown>)[key])
    }
  }
  visit(event)
  const [part, key] = places[path % places.length]!
  Object.assign(part, { [key]: value })
  return event
}
