import { expect, test } from 'vitest'
import type { AgentSession } from '../../domain/agent-session/index.ts'
import { TranscriptFold } from '../../journal/transcript.ts'
import { StepGuard } from './step-guard.ts'

const session: AgentSession = { status: 'none' }
const call = { id: 'a', name: 'shell', input: {}, turn: 1, state: 'open' } as const
const stuckAfter = (guard: StepGuard, most = 100): number => {
  for (let times = 1; times <= most; times++) {
    if (guard.isStuck({ kind: 'tool', call }, session, new TranscriptFold())) return times
  }
  return Infinity
}

test('a step that leaves the state as it was is not repeated without a limit', () => {
  expect(stuckAfter(new StepGuard())).toBe(21)
})

test('nor are two that take turns', () => {
  const guard = new StepGuard()
  const transcript = new TranscriptFold()
  const stuck = Array.from({ length: 30 }, () => [
    guard.isStuck({ kind: 'hold' }, session, transcript),
    guard.isStuck({ kind: 'tool', call }, session, transcript),
  ])
  expect(stuck.flat().filter(Boolean)).toHaveLength(20)
})

test('what somebody else has done begins the count anew', () => {
  const guard = new StepGuard()
  expect(stuckAfter(guard, 20)).toBe(Infinity)
  guard.reset()
  expect(stuckAfter(guard, 20)).toBe(Infinity)
})

test('a step that gets on is taken as often as it needs', () => {
  const guard = new StepGuard()
  const transcript = new TranscriptFold()
  for (let turn = 1; turn < 100; turn++) {
    transcript.told.push({ turn, message: { role: 'user', content: [] } })
    expect(guard.isStuck({ kind: 'call-model' }, session, transcript)).toBe(false)
  }
})
