import { expect, test } from 'vitest'
import { isKilled, receiptSteps } from './receipt-steps.ts'

const receipt = [
  { step: 'requested', at: '2026-01-01T00:00:00.000Z' },
  { step: 'signalled', at: '2026-01-01T00:00:00.012Z' },
  { step: 'exit-observed', at: '2026-01-01T00:00:00.040Z' },
] as const

test('steps stand in their order, those not reached without a time', () => {
  expect(receiptSteps([...receipt]).map(({ step, sinceRequestMs }) => [step, sinceRequestMs])).toEqual([
    ['requested', 0],
    ['signalled', 12],
    ['exit-observed', 40],
    ['descendants-cleared', null],
    ['resources-released', null],
  ])
})

test('an exit alone is not a kill', () => {
  expect(isKilled([...receipt])).toBe(false)
  expect(isKilled([...receipt, { step: 'descendants-cleared', at: '2026-01-01T00:00:00.050Z' }])).toBe(true)
})
