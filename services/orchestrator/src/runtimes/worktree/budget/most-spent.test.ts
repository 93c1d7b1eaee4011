import { expect, test } from 'vitest'
import { modelTable } from '../../model/index.ts'
import { mostInput, mostSpent } from './most-spent.ts'

const said = (text: string) => ({ role: 'assistant' as const, content: [{ type: 'text' as const, text }] })
const told = (text: string) => ({ role: 'user' as const, content: [{ type: 'text' as const, text }] })
const request = {
  model: 'm',
  system: 'You are an agent.',
  messages: [told('a'.repeat(10_000)), said('b'), told('c'.repeat(100))],
  tools: [],
}

test('no tokenizer makes more tokens of a text than it has bytes: what was never counted is bounded by them', () => {
  expect(mostInput(request, null)).toBeGreaterThan(10_100)
  const japanese = { ...request, messages: [told('語'.repeat(1000))] }
  expect(mostInput(japanese, null)).toBeGreaterThan(3000)
})

test('of what was counted the count is taken, and the bytes of what was told since', () => {
  const most = mostInput(request, 2500)
  expect(most).toBeGreaterThan(2600)
  expect(most).toBeLessThan(2900)
})

test('the dearest way to be charged for the input is taken, and the longest answer', () => {
  const table = modelTable([{ prefix: 'm', price: { input: 2, output: 10 } }], undefined, 1000)
  const model = { modelProvider: 'anthropic', model: 'm' }
  // 1000 tokens written to the cache, a quarter dearer, and 1000 of answer.
  expect(mostSpent(table, model, { inputTokens: 1000 })).toEqual({ microUsd: 2500 + 10_000, tokens: 2000 })
  expect(mostSpent(table, { ...model, model: 'unknown' }, { inputTokens: 1000 })).toEqual({
    microUsd: null,
    tokens: 2000,
  })
  expect(mostSpent(table, model, { inputTokens: 0, outputTokens: 10 })).toEqual({ microUsd: 100, tokens: 10 })
  for (const kind of ['inputTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const) {
    const tokens = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 1000, [kind]: 1000 }
    expect((table.costUsd(model, tokens) ?? Infinity) * 1_000_000).toBeLessThanOrEqual(12_500)
  }
})
