import { mostFeedback } from '@mosaic/contracts/pull-request'
import { expect, test } from 'vitest'
import type { Check, Comment } from './contract.ts'
import { checksOf, whatWasSaid } from './what-was-said.ts'

const check = (name: string, state: Check['state'], summary = ''): Check => ({ name, state, summary, url: null })
const comment = (id: string, over: Partial<Comment> = {}): Comment => ({
  id,
  author: 'ada',
  mayWrite: true,
  path: null,
  line: null,
  body: 'no',
  ...over,
})
const saidOf = (of: Partial<Parameters<typeof whatWasSaid>[1]>) =>
  whatWasSaid('c1', { checks: [], comments: [], known: [], ...of })

test('checks are told of when all have ended, those that failed, and once for a commit', () => {
  const failed = check('test', 'failed', 'expected 4')
  expect(saidOf({ checks: [failed, check('lint', 'pending')] })).toEqual([])
  expect(saidOf({ checks: [check('lint', 'passed')] })).toEqual([])
  const told = { id: 'checks-c1', kind: 'checks', author: '', path: null, line: null, text: 'test: expected 4' }
  expect(saidOf({ checks: [failed, check('lint', 'passed')] })).toEqual([told])
  expect(saidOf({ checks: [failed], known: ['checks-c1'] })).toEqual([])
})

test('who may not write is not heard, nor what is known', () => {
  const comments = [comment('a', { mayWrite: false }), comment('b'), comment('c')]
  expect(saidOf({ comments, known: ['b'] }).map(({ id }) => id)).toEqual(['c'])
})

test('no more is told than somebody reads, without characters that hide others', () => {
  const [long] = saidOf({ comments: [comment('a', { body: `a\u0000\u001B[2J\u202Eb${'x'.repeat(10_000)}` })] })
  expect(long?.text).toMatch(/^a\[2Jbx+ …$/)
  expect(long?.text.length).toBeLessThanOrEqual(mostFeedback.charactersEach + 2)
  const many = saidOf({ comments: Array.from({ length: 100 }, (_, n) => comment(`n${n}`)) })
  expect(many).toHaveLength(mostFeedback.pieces)
  const large = Array.from({ length: 20 }, (_, n) => comment(`n${n}`, { body: 'x'.repeat(4000) }))
  const characters = saidOf({ comments: large }).reduce((sum, { text }) => sum + text.length, 0)
  expect(characters).toBeLessThanOrEqual(mostFeedback.characters)
  expect(characters).toBeGreaterThan(mostFeedback.characters - 4001)
})

test('checks are running until all have ended, and have failed where one has; none are not passed ones', () => {
  const [passed, failed, pending] = [check('lint', 'passed'), check('test', 'failed'), check('e2e', 'pending')]
  expect(checksOf([])).toBeNull()
  expect(checksOf([passed, failed, pending])).toEqual({ state: 'running', failed: [] })
  expect(checksOf([passed, failed])).toEqual({ state: 'failed', failed: ['test'] })
  expect(checksOf([passed])).toEqual({ state: 'passed', failed: [] })
})
