import { expect, test } from 'vitest'
import { costUsd } from './pricing.ts'

const tokens = { inputTokens: 1_000_000, outputTokens: 100_000, cacheReadTokens: 0, cacheWriteTokens: 0 }

test.each([
  ['claude-sonnet-5-5', 3],
  ['claude-sonnet-4-5-20250929', 4.5],
  ['claude-opus-5-5', 6],
  ['claude-opus-4-1-20250805', 22.5],
  ['scripted:hello', 0],
  ['llama3', 0],
])('a million tokens in and a tenth out cost on %s', (model, dollars) => {
  expect(costUsd(model, tokens)).toBeCloseTo(dollars, 10)
})

test('the cache costs more to write and less to read', () => {
  const cached = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 1_000_000, cacheWriteTokens: 1_000_000 }
  expect(costUsd('claude-sonnet-5-5', cached)).toBeCloseTo(0.2 + 2.5, 10)
})
