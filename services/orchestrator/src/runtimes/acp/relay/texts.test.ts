import { expect, test } from 'vitest'
import { batchesOf, shortened } from './texts.ts'

test('long texts are told in parts, none of which ends within a character, and short ones together', () => {
  const long = '😀'.repeat(200_001)
  const batches = batchesOf([
    { digest: 'a', json: 'short' },
    { digest: 'b', json: `x${long}` },
    { digest: 'c', json: '' },
  ])
  const parts = batches.flat().filter(({ digest }) => digest === 'b')
  expect(parts.map(({ text }) => text).join('')).toBe(`x${long}`)
  expect(parts.every(({ text, parts: count }) => text.isWellFormed() && count === parts.length)).toBe(true)
  expect(batches.flat().find(({ digest }) => digest === 'c')).toMatchObject({ part: 1, parts: 1, text: '' })
  for (const batch of batches) expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(800_000)
  expect(batchesOf(Array.from({ length: 50 }, (_, n) => ({ digest: String(n), json: 'x' })))).toHaveLength(1)
})

test('what nobody would read is told by its beginning', () => {
  const image = { source: { data: 'A'.repeat(300_000) }, said: ['short'] }
  expect(JSON.stringify(shortened(image)).length).toBeLessThan(3000)
  expect(shortened(image)).toMatchObject({ said: ['short'] })
})
