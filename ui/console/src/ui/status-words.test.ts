import { waitingApproval } from '@mosaic/contracts/approval'
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
  approval: null,
}

test('an agent that was terminated was said to be done', () => {
  expect([ended, { ...ended, outcome: 'terminated' as const }].map((session) => wordOf(session, 0))).toEqual([
    'Done',
    'Terminated',
  ])
})

test('an agent that waits for an approval was said to need an answer', () => {
  const approval = waitingApproval.parse({
    approvalId: '01900000-0000-7000-8000-000000000001',
    toolCallId: 'call',
    turn: 1,
    tool: 'shell',
    shown: 'git push',
    isCut: false,
    diff: null,
    digest: 'a'.repeat(64),
    because: { policy: 'workspace', rule: 1, note: null },
    expiresAt: '2026-01-01T01:00:00.000Z',
    atTimeout: 'deny',
    requestedAt: '2026-01-01T00:00:00.000Z',
  })
  const waiting: Worded = { ...ended, status: 'waiting', outcome: null }
  expect([waiting, { ...waiting, approval }].map((session) => wordOf(session, 0))).toEqual([
    'Needs input',
    'Needs approval',
  ])
})
