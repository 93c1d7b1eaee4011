import { expect, test } from 'vitest'
import { isWithin } from './bounds.ts'

const json = (value: unknown) => Buffer.from(JSON.stringify(value))

test('a question of millions of empty lists was taken apart, and walked through, as a whole', () => {
  const flood = Buffer.from(`{"messages":[{"content":[${'[],'.repeat(10_000_000)}[]]}]}`)
  const began = performance.now()
  expect(isWithin(flood)).toBe(false)
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(isWithin(Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)))).toBe(false)
})

test('what stands in a text is no part of a question', () => {
  expect(isWithin(json({ messages: [{ content: '[{,"\\'.repeat(300_000) }] }))).toBe(true)
  expect(
    isWithin(json({ messages: Array.from({ length: 10_000 }, () => ({ role: 'user', content: [{ text: 'x' }] })) })),
  ).toBe(true)
})
