import { waitingApproval } from '@mosaic/contracts/approval'
import { expect, test } from 'vitest'
import { sessionWith } from '../../test/session-events.ts'
import { asking } from './asking.ts'

const approval = (requestedAt: string) =>
  waitingApproval.parse({
    approvalId: '01900000-0000-7000-8000-000000000001',
    toolCallId: 'call',
    turn: 1,
    tool: 'shell',
    shown: 'git push',
    isCut: false,
    diff: null,
    digest: 'a'.repeat(64),
    because: { policy: 'workspace', rule: 1, note: null },
    expiresAt: '2026-01-02T00:00:00.000Z',
    atTimeout: 'deny',
    requestedAt,
  })

test('what waits for an approval comes the longest first, paused or not; who asks something else or has ended is none of it', () => {
  const late = sessionWith({ name: 'late', status: 'paused', approval: approval('2026-01-01T02:00:00.000Z') })
  const early = sessionWith({ name: 'early', status: 'waiting', approval: approval('2026-01-01T01:00:00.000Z') })
  const other = sessionWith({ name: 'other', status: 'waiting' })
  const ended = sessionWith({ name: 'ended', status: 'killed', approval: approval('2026-01-01T00:00:00.000Z') })
  expect(asking([late, other, ended, early]).map(({ name }) => name)).toEqual(['early', 'late'])
})
