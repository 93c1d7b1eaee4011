import { expect, test } from 'vitest'
import { wordOf, type Worded } from './status-words.ts'

const ended: Worded = {
  status: 'completed',
  outcome: 'finished',
  pending: null,
  killReceipt: [],
  killProof: null,
  unreadable: null,
  modelWait: null,
  attention: null,
  queued: null,
  setup: null,
}

test('an agent that was terminated was said to be done', () => {
  expect([ended, { ...ended, outcome: 'terminated' as const }].map((session) => wordOf(session, 0))).toEqual([
    'Done',
    'Terminated',
  ])
})
