import { expect, test } from 'vitest'
import { modelTable } from './model-table.ts'

const { costUsd } = modelTable()

const named = (model: string, modelProvider = 'anthropic') => ({ modelProvider, model })

const tokens = { inputTokens: 1_000_000, outputTokens: 100_000, cacheReadTokens: 0, cacheWriteTokens: 0 }

test.each([
  ['claude-sonnet-5-5', 3],
  ['claude-sonnet-4-5-20250929', 4.5],
  ['claude-opus-5-5', 6],
  ['claude-opus-4-1-20250805', 22.5],
  ['scripted:hello', 0],
])('a million tokens in and a tenth out cost on %s', (model, dollars) => {
  expect(costUsd(named(model), tokens)).toBeCloseTo(dollars, 10)
})

test('the cache costs more to write and less to read', () => {
  const cached = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 1_000_000, cacheWriteTokens: 1_000_000 }
  expect(costUsd(named('claude-sonnet-5-5'), cached)).toBeCloseTo(0.2 + 2.5, 10)
})

test('what is not known is unknown, not free', () => {
  expect(costUsd(named('llama3'), tokens)).toBeNull()
  expect(modelTable().contextTokens(named('llama3'))).toBeUndefined()
})

test('a person’s own facts go before what is known, the longest name first', () => {
  const own = [
    { prefix: 'llama', price: { input: 1, output: 1 }, contextTokens: 8000 },
    { prefix: 'llama3:70b', contextTokens: 128_000 },
    { prefix: 'claude-', price: { input: 0, output: 0 } },
  ]
  const table = modelTable(own)
  expect(table.contextTokens(named('llama3:70b-q4'))).toBe(128_000)
  expect(table.costUsd(named('llama3:70b-q4'), tokens)).toBeCloseTo(1.1, 10)
  expect(table.costUsd(named('claude-opus-5-5'), tokens)).toBe(0)
  expect(table.contextTokens(named('claude-opus-5-5'))).toBe(200_000)
})

test('what was said of a provider holds for all its models, and for nobody else’s', () => {
  const table = modelTable([{ prefix: 'llama', price: { input: 9, output: 9 } }], (modelProvider) =>
    modelProvider === 'mine' ? { dialect: 'openai', price: { input: 1, output: 1 } } : undefined,
  )
  expect(table.costUsd(named('llama3', 'mine'), tokens)).toBeCloseTo(1.1, 10)
  expect(table.costUsd(named('llama3'), tokens)).toBeCloseTo(9.9, 10)
  expect(table.contextTokens(named('llama3', 'mine'))).toBeUndefined()
})

test.each([
  ['anthropic', undefined, 0.1],
  ['anthropic', 0.5, 0.5],
  ['openai', undefined, 1],
  ['openai', 0.25, 0.25],
] as const)('what is read from the cache costs with %s, told %s', (dialect, cached, dollars) => {
  const table = modelTable([], () => ({ dialect, price: { input: 1, output: 2, cached } }))
  const read = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 1_000_000, cacheWriteTokens: 0 }
  expect(table.costUsd(named('m', 'mine'), read)).toBeCloseTo(dollars, 10)
})
