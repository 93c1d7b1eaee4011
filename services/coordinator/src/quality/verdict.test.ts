import type { GateName, GateResult } from '@mosaic/contracts/quality'
import { expect, test } from 'vitest'
import { agentShare, notReviewed, verdictOf } from './verdict.ts'

const gate = (name: GateName, passed: boolean): GateResult => ({
  name,
  kind: name === 'review' ? 'ai' : 'mechanical',
  passed,
  ran: true,
  details: [],
  durationMs: 1,
})

test.each([
  [true, true, true],
  [true, false, false],
  [false, true, false],
  [false, false, false],
])('tests %s and review %s: approved %s', (tests, review, approved) => {
  expect(verdictOf([gate('tests', tests), gate('review', review)]).approved).toBe(approved)
})

test('who was not asked has not agreed', () => {
  expect(verdictOf([gate('tests', true), notReviewed('nobody')]).approved).toBe(false)
})

test('how much agents have written is told, and judged by the policy alone', () => {
  expect(agentShare({ byAgents: 60, byPeople: 40 }, { maxAgentShare: null })).toMatchObject({
    passed: true,
    details: [{ output: 'agents have written 60 of 100 changed lines of the branch (60 %)' }],
  })
  expect(agentShare({ byAgents: 60, byPeople: 40 }, { maxAgentShare: 0.5 })).toMatchObject({
    passed: false,
    details: [{ output: expect.stringContaining('60 %), and 50 % are allowed') }],
  })
  expect(agentShare({ byAgents: 50, byPeople: 50 }, { maxAgentShare: 0.5 }).passed).toBe(true)
  expect(agentShare({ byAgents: 0, byPeople: 0 }, { maxAgentShare: 0 }).passed).toBe(true)
})
