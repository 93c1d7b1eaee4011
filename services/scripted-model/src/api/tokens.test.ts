import { expect, test } from 'vitest'
import { inputTokens, usageOf } from './tokens.ts'
import type { CountTokensRequest } from './request.ts'

const cache = { cache_control: { type: 'ephemeral' as const } }
const turn = { text: 'x'.repeat(40), calls: [], usage: {} }
const first: CountTokensRequest = {
  model: 'm',
  system: [{ type: 'text', text: 's'.repeat(400), ...cache }],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'u'.repeat(40), ...cache }] }],
}
const second: CountTokensRequest = {
  ...first,
  messages: [
    ...first.messages,
    { role: 'assistant', content: 'a'.repeat(40) },
    { role: 'user', content: [{ type: 'text', text: 'v'.repeat(80), ...cache }] },
  ],
}

test('what the first turn writes to the cache, the second reads', () => {
  expect(usageOf(first, turn)).toMatchObject({
    input_tokens: 0,
    cache_creation_input_tokens: 114,
    cache_read_input_tokens: 0,
    output_tokens: 10,
  })
  expect(usageOf(second, turn)).toMatchObject({
    input_tokens: 0,
    cache_creation_input_tokens: 38,
    cache_read_input_tokens: 114,
  })
})

test('without a mark nothing is cached, and the parts add up to the whole', () => {
  const plain = {
    ...second,
    system: 's'.repeat(400),
    messages: second.messages.map(({ role }) => ({ role, content: 'x'.repeat(40) })),
  }
  expect(usageOf(plain, turn)).toMatchObject({
    input_tokens: inputTokens(plain),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  })
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens } = usageOf(second, turn)
  expect(input_tokens + cache_creation_input_tokens + cache_read_input_tokens).toBe(inputTokens(second))
})

test('a scenario can name its own figures', () => {
  expect(
    usageOf(second, {
      ...turn,
      usage: { inputTokens: 7, outputTokens: 8, cacheReadTokens: 9, cacheCreationTokens: 1 },
    }),
  ).toMatchObject({
    input_tokens: 7,
    output_tokens: 8,
    cache_read_input_tokens: 9,
    cache_creation_input_tokens: 1,
    cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 0 },
  })
})
