import { contentBlock } from '@mosaic/contracts/agent-session'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { gemini } from '../gemini/index.ts'
import { ollama } from '../ollama/index.ts'
import { openaiChat } from '../openai-chat/index.ts'
import { openaiResponses } from '../openai-responses/index.ts'
import { readReply } from './read-reply.ts'

const input = '{"path":"a.txt"}'
const call = (index: number, more: object) => ({ choices: [{ delta: { tool_calls: [{ index, ...more }] } }] })
const message = (more: object) => ({ model: 'm', message: { role: 'assistant', content: '', ...more }, done: false })
const part = (...parts: object[]) => ({ candidates: [{ content: { role: 'model', parts } }], modelVersion: 'm' })

/** An answer in each dialect: a thought, a sentence and a call, as their servers stream them. */
const answers = {
  'openai-chat': [
    { model: 'm', choices: [{ delta: { role: 'assistant', content: '', reasoning_content: 'Hm.' } }] },
    { model: 'm', choices: [{ delta: { content: 'I look.' } }] },
    call(0, { id: 'c1', function: { name: 'read_file', arguments: '' } }),
    call(0, { function: { arguments: input.slice(0, 7) } }),
    call(0, { function: { arguments: input.slice(7) } }),
    { model: 'm', choices: [{ delta: {}, finish_reason: 'tool_calls' }] },
    { choices: [], usage: { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } } },
  ],
  'openai-responses': [
    { type: 'response.created', response: { model: 'm', status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', summary: [] } },
    { type: 'response.reasoning_summary_text.delta', output_index: 0, delta: 'Hm.' },
    { type: 'response.output_item.done', output_index: 0, item: { type: 'reasoning' } },
    { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'I look.' },
    { type: 'response.output_item.done', output_index: 1, item: { type: 'message' } },
    {
      type: 'response.output_item.added',
      output_index: 2,
      item: { type: 'function_call', call_id: 'c1', name: 'read_file', arguments: '' },
    },
    { type: 'response.function_call_arguments.delta', output_index: 2, delta: input },
    { type: 'response.output_item.done', output_index: 2, item: { type: 'function_call', arguments: input } },
    {
      type: 'response.completed',
      response: {
        object: 'response',
        status: 'completed',
        model: 'm',
        usage: { input_tokens: 10, output_tokens: 5, input_tokens_details: { cached_tokens: 4 } },
      },
    },
  ],
  ollama: [
    message({ thinking: 'Hm.' }),
    message({ content: 'I look.' }),
    message({ tool_calls: [{ function: { name: 'read_file', arguments: { path: 'a.txt' } } }] }),
    { ...message({}), done: true, done_reason: 'stop', prompt_eval_count: 10, eval_count: 5 },
  ],
  gemini: [
    part({ text: 'Hm.', thought: true }),
    part({ text: 'I look.' }),
    part({ functionCall: { name: 'read_file', args: { path: 'a.txt' } }, thoughtSignature: 'c2ln' }),
    {
      candidates: [{ content: { parts: [{ text: '' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, cachedContentTokenCount: 4 },
    },
  ],
} as const
const dialects = { 'openai-chat': openaiChat, 'openai-responses': openaiResponses, ollama, gemini }
type Name = keyof typeof answers
const names = Object.keys(answers) as Name[]

const lineOf = (name: Name, data: unknown) =>
  name === 'ollama' ? `${JSON.stringify(data)}\n` : `data: ${JSON.stringify(data)}\n\n`

function read(name: Name, body: string | Uint8Array<ArrayBuffer>) {
  const type = name === 'ollama' ? 'application/x-ndjson' : 'text/event-stream'
  const answer = new Response(body, { headers: { 'content-type': type } })
  return readReply(answer, { read: dialects[name].reader(), heard: () => undefined, onDelta: () => undefined })
}

test.each(names)('%s: a thought, a sentence and a call', async (name) => {
  const { content, ...rest } = await read(name, answers[name].map((data) => lineOf(name, data)).join(''))
  const cacheReadTokens = name === 'ollama' ? 0 : 4
  expect(rest).toMatchObject({
    stopReason: 'tool_use',
    tokens: { inputTokens: 10 - cacheReadTokens, outputTokens: 5, cacheReadTokens },
  })
  const thoughts = content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : []))
  expect(thoughts.join('')).toBe('Hm.')
  expect(content.filter(({ type }) => type !== 'thinking')).toMatchObject([
    { type: 'text', text: 'I look.' },
    { type: 'tool_use', name: 'read_file', input: { path: 'a.txt' } },
  ])
})

/** One thing that a bad server does: another value somewhere, a part left out or told twice, a byte that is another. */
const damage = fc.record({
  kind: fc.constantFrom('set' as const, 'drop' as const, 'double' as const, 'byte' as const),
  at: fc.nat(),
  path: fc.nat(),
  value: fc.jsonValue(),
})

test.each(names)('%s: whatever is done to a stream, it is a message or a fault with a name', async (name) => {
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
      const outcome = await read(name, damaged(name, damages)).catch((error: unknown) => error)
      if (outcome instanceof Error) {
        expect(outcome.name).toMatch(/^(AnswerBrokenError|ServerError)$/)
        return
      }
      const { content, tokens } = outcome as { content: unknown; tokens: object | null }
      const wire: unknown = JSON.parse(JSON.stringify(content))
      expect(z.array(contentBlock).parse(wire)).toEqual(wire)
      for (const count of Object.values(tokens ?? {})) expect(count).toSatisfy(Number.isSafeInteger)
    }),
    { numRuns: 300 },
  )
})

function damaged(name: Name, damages: readonly (typeof damage extends fc.Arbitrary<infer One> ? One : never)[]) {
  const parts: unknown[] = structuredClone([...answers[name]])
  for (const { kind, at, path, value } of damages) {
    const index = at % Math.max(1, parts.length)
    if (kind === 'set') setValue(parts[index], path, value)
    if (kind === 'drop') parts.splice(index, 1)
    if (kind === 'double') parts.splice(index, 0, structuredClone(parts[index]))
  }
  const bytes = new TextEncoder().encode(parts.map((data) => lineOf(name, data ?? null)).join(''))
  for (const { kind, at, path } of damages)
    if (kind === 'byte' && bytes.length > 0) bytes[at % bytes.length] = path % 256
  return bytes
}

function setValue(within: unknown, path: number, value: unknown): void {
  const places: [object, string][] = []
  const visit = (at: unknown) => {
    if (typeof at !== 'object' || at === null) return
    for (const [key, inner] of Object.entries(at)) {
      places.push([at, key])
      visit(inner)
    }
  }
  visit(within)
  const place = places[path % Math.max(1, places.length)]
  if (place) Object.assign(place[0], { [place[1]]: value })
}
