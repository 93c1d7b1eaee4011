import type { SessionView } from '@mosaic/contracts/agent-session'
import { describe, expect, test } from 'vitest'
import { sessionChanges } from './session-changes.ts'
import type { SessionFact } from './session-fact.ts'
import { factOf, sessionWith } from './testing.ts'

function after(facts: readonly SessionFact[], from: SessionView = sessionWith()): SessionView {
  const view = { ...from }
  for (const fact of facts) Object.assign(view, sessionChanges(view, fact))
  return view
}

const question = {
  questionId: 'q1',
  question: 'Which?',
  options: ['a', 'b'],
  defaultAnswer: 'a',
  expiresAt: null,
}

describe('a session in the page', () => {
  test('starts, says something and counts what it costs', () => {
    const usage = { inputTokens: 10, outputTokens: 4, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0.5 }
    const message = { turn: 1, role: 'agent', usage, stopReason: 'end_turn', model: null } as const
    const content = [{ type: 'text' as const, text: 'Looking\n  around.' }]
    const view = after([
      factOf(1, 'AgentStarted', { resumed: false }),
      factOf(2, 'MessageRecorded', { ...message, messageId: '01900000-0000-7000-8000-00000000000a', content }),
      factOf(3, 'MessageRecorded', { ...message, messageId: '01900000-0000-7000-8000-00000000000b', content }),
    ])
    expect(view).toMatchObject({
      status: 'running',
      turns: 2,
      messages: 2,
      revision: 3,
      usage: { inputTokens: 20, outputTokens: 8, costUsd: 1 },
      lastMessage: { role: 'agent', preview: 'Looking around.' },
    })
  })

  test('waits for an answer until it is delivered', () => {
    const waiting = after([factOf(1, 'AgentWaitingForOperator', question)])
    expect(waiting).toMatchObject({ status: 'waiting', waiting: { questionId: 'q1', options: ['a', 'b'] } })
    const messageId = '01900000-0000-7000-8000-00000000000c'
    const delivered = factOf(2, 'OperatorMessageDelivered', { messageId, turn: 3, questionId: 'q1' })
    expect(after([delivered], waiting)).toMatchObject({ status: 'running', waiting: null })
  })

  test('shows what was asked for as pending, and only then as done', () => {
    const asked = after([
      factOf(1, 'AgentStarted', { resumed: false }),
      factOf(2, 'AgentPauseRequested', { reason: null }),
    ])
    expect(asked).toMatchObject({ status: 'running', pending: 'pause' })
    expect(after([factOf(3, 'AgentPaused', {})], asked)).toMatchObject({ status: 'paused', pending: null })
  })

  test('collects the kill receipt step by step', () => {
    const view = after([
      factOf(1, 'AgentKillRequested', { reason: null, killAllId: null }),
      factOf(2, 'AgentKillSignalled', { sent: { kind: 'process', signal: 'SIGKILL', processes: 3 } }),
      factOf(3, 'AgentKillExitObserved', {}),
      factOf(4, 'AgentDescendantsCleared', { survivors: 0 }),
      factOf(5, 'AgentKilled', { latencyMs: 20, proof: 'kernel' }),
      factOf(6, 'AgentResourcesReleased', { sandboxRemoved: true, worktreeRemoved: true }),
    ])
    expect(view.status).toBe('killed')
    expect(view.killReceipt.map(({ step }) => step)).toEqual([
      'requested',
      'signalled',
      'exit-observed',
      'descendants-cleared',
      'resources-released',
    ])
    expect(view.endedAt).toBe('2026-01-01T00:00:05.000Z')
  })

  test('that ended by itself has no receipt', () => {
    const view = after([
      factOf(1, 'AgentCompleted', { outcome: 'finished', summary: 'Done.' }),
      factOf(2, 'AgentResourcesReleased', { sandboxRemoved: true, worktreeRemoved: true }),
    ])
    expect(view).toMatchObject({ status: 'completed', summary: 'Done.', killReceipt: [] })
  })
})
