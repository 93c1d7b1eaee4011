import type { Opinion } from '@mosaic/contracts/quality'
import { expect, test } from 'vitest'
import { judgeOpinion } from './judge.ts'

const opinion = (verdict: Opinion['verdict'], confidence: number): Opinion => ({
  verdict,
  confidence,
  summary: 'Read all of it.',
  findings: [{ file: 'a.js', line: 3, kind: 'security', severity: 'high', message: 'runs what it is sent' }],
})

test.each([
  ['approve', 0.9, true],
  ['approve', 1, true],
  ['approve', 0.89, false],
  ['reject', 1, false],
  ['reject', 0, false],
] as const)('%s with a confidence of %d: passed %s', (verdict, confidence, passed) => {
  expect(judgeOpinion(opinion(verdict, confidence), 5)).toMatchObject({ name: 'review', kind: 'ai', ran: true, passed })
})

test('findings are told by file and line, and why it is not enough', () => {
  expect(judgeOpinion(opinion('approve', 0.5), 5).details).toEqual([
    { file: 'a.js', line: 3, output: 'high (security): runs what it is sent' },
    { output: 'the reviewer would approve, confidence 0.5, which is less than 0.9: Read all of it.' },
  ])
})
