import type { ApprovalView } from '@mosaic/contracts/approval'
import { expect, test } from 'vitest'
import { approvalText } from './look.ts'

test('a carriage return hid from whoever decides what stands before it', () => {
  const asked = {
    approvalId: 'a',
    sessionName: 'fixer',
    tool: 'shell',
    shown: 'rm -rf /\recho hi\u001B[8m',
    isCut: false,
    diff: '+a\u202Eb',
    because: { policy: 'task', rule: 1, note: null },
    expiresAt: '2026-01-02T03:04:05.000Z',
    atTimeout: 'deny',
    digest: 'd'.repeat(64),
  } as unknown as ApprovalView
  const text = approvalText(asked)
  expect(text).toContain('rm -rf /\\u{d}echo hi\\u{1b}[8m')
  expect(text).toContain('+a\\u{202e}b')
})
