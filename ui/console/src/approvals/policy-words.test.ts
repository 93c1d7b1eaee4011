import { expect, test } from 'vitest'
import { conditionsOf, spanWords } from './policy-words.ts'

test('a span is said in whole units', () => {
  expect([1, 90, 3600, 90_061].map(spanWords)).toEqual([
    '1 second',
    '1 minute 30 seconds',
    '1 hour',
    '1 day 1 hour 1 minute 1 second',
  ])
})

test('a rule says what it names', () => {
  expect(conditionsOf({ effect: 'ask' })).toEqual([])
  expect(conditionsOf({ effect: 'ask', command: 'git *', costAboveUsd: 0 })).toEqual([
    { name: 'command', pattern: 'git *' },
    { name: 'cost above', pattern: '$0.00' },
  ])
})
