import { expect, test } from 'vitest'
import { howKilled, receiptSteps } from './receipt-steps.ts'

const receipt = [
  { step: 'requested', at: '2026-01-01T00:00:00.000Z' },
  { step: 'signalled', at: '2026-01-01T00:00:00.012Z' },
  { step: 'exit-observed', at: '2026-01-01T00:00:00.040Z' },
] as const
const cleared = [...receipt, { step: 'descendants-cleared', at: '2026-01-01T00:00:00.050Z' } as const]

test('steps stand in their order, those not reached without a time', () => {
  expect(receiptSteps([...receipt], 'kernel').map(({ step, sinceRequestMs }) => [step, sinceRequestMs])).toEqual([
    ['requested', 0],
    ['signalled', 12],
    ['exit-observed', 40],
    ['descendants-cleared', null],
    ['resources-released', null],
  ])
})

test('an exit alone is not a kill', () => {
  expect(howKilled({ killReceipt: [...receipt], killProof: null })).toBeNull()
  expect(howKilled({ killReceipt: cleared, killProof: 'kernel' })).toBe('proved')
})

test('what a runtime reports of a kill is never shown as proved', () => {
  expect(howKilled({ killReceipt: [...receipt], killProof: 'reported' })).toBe('reported')
  expect(howKilled({ killReceipt: cleared, killProof: 'reported' })).toBe('reported')
  expect(receiptSteps([...receipt], 'reported').map(({ word }) => word)).toEqual([
    'Requested',
    'Passed on to what runs it',
    'Reported as ended',
    'Resources released',
  ])
})
