import type { AgentSessionEventOf, AgentSessionEventType, SessionView } from '@mosaic/contracts/agent-session'
import { foldEvent } from '@mosaic/contracts/kernel'
import type { MosaicEvent } from '@mosaic/contracts/messaging'
import { everySessionEvent, messageRecorded, spawnRequested, testLog } from '@mosaic/kit'
import { describe, expect, test } from 'vitest'
import { lifecycleView, type SessionLifecycle } from './lifecycle.ts'
import { type SessionEvent, sessionView } from './session.ts'

const sessionId = '0190d1c8-0000-7000-8000-000000000001'
const messageId = '0190d1c8-0000-7000-8000-0000000000a1'

type Data<Type extends AgentSessionEventType> = Omit<AgentSessionEventOf<Type>['data'], 'sessionId'>
const fact = <Type extends AgentSessionEventType>(type: Type, data: Data<Type>) =>
  ({ type: type as AgentSessionEventType, data: { sessionId, ...data } }) as MosaicEvent
const recorded = (...facts: readonly MosaicEvent[]) =>
  testLog().add(`agentSession-${sessionId}`, [spawnRequested(sessionId), ...facts]) as SessionEvent[]

function fold(events: readonly SessionEvent[]): SessionView {
  let session: SessionView | undefined
  for (const event of events) session = foldEvent(sessionView, session, event)
  return session!
}
const after = (...facts: readonly MosaicEvent[]): SessionView => fold(recorded(...facts))

const question = { questionId: 'q1', question: 'Which?', options: ['a', 'b'], defaultAnswer: 'a', expiresAt: null }
const notPushed = { state: 'failed', code: 'PUSH_REJECTED', message: 'no' } as const
const waiting = fact('AgentWaitingForOperator', question)
const pauseAsked = fact('AgentPauseRequested', { reason: null })
const terminateAsked = fact('AgentTerminateRequested', { note: null, tree: false })
const killAsked = fact('AgentKillRequested', { reason: null, killAllId: null, tree: false })
const paused = fact('AgentPaused', {})
const said = (text: string, over: Parameters<typeof messageRecorded>[3] = {}) =>
  messageRecorded(sessionId, messageId, text, over)
const costing = (costUsd: number) =>
  said('x', { usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd } })

test('an agent of another maker has its name; ours has none', () => {
  const capabilities = { pause: 'freezes', bargeIn: 'at-once', killProof: 'kernel' } as const
  const runtime = { kind: 'acp', agent: 'claude-code', modelProvider: 'anthropic', model: 'm', capabilities }
  const other = testLog().add(`agentSession-${sessionId}`, [spawnRequested(sessionId, { runtime })])
  expect(fold(other as SessionEvent[])).toMatchObject({
    runtime: 'acp',
    agent: 'claude-code',
    modelProvider: 'anthropic',
  })
  expect(after().agent).toBeNull()
})

// Page and read model once folded these eight histories to different ends. What the read model said holds.
describe('one fold, where two disagreed', () => {
  test('pause while waiting: the question stays, because it outlasts the pause', () => {
    expect(after(waiting, pauseAsked, paused)).toMatchObject({
      status: 'paused',
      pending: null,
      waiting: { questionId: 'q1', options: ['a', 'b'] },
    })
  })

  test('terminate, then a confirmed pause: the termination is still to come', () => {
    expect(after(terminateAsked, paused)).toMatchObject({ status: 'paused', pending: 'terminate' })
  })

  test('pause, kill, confirmed pause: the kill is still to come', () => {
    expect(after(pauseAsked, killAsked, paused)).toMatchObject({ status: 'paused', pending: 'kill' })
  })

  test('pending after a pause request: what is graver stands', () => {
    expect(after(killAsked, pauseAsked).pending).toBe('kill')
    expect(after(terminateAsked, pauseAsked).pending).toBe('terminate')
    expect(after(pauseAsked).pending).toBe('pause')
  })

  test('branch after a commit: the branch that the commit is on', () => {
    const commit = {
      commit: 'b'.repeat(40),
      message: 'm',
      files: 1,
      insertions: 1,
      deletions: 0,
      merged: null,
      push: notPushed,
    }
    expect(after(fact('CommitRecorded', { ...commit, branch: 'elsewhere' }))).toMatchObject({
      branch: 'elsewhere',
      headCommit: commit.commit,
      commits: 1,
      push: notPushed,
    })
  })

  test('push after a second try: what became of that', () => {
    const push = { state: 'pushed', as: 'agent-one' } as const
    expect(after(fact('BranchPushed', { commit: 'b', push })).push).toEqual(push)
    const kept = { ref: 'r', commit: 'k', files: 1, insertions: 1, deletions: 0, mirror: '/m', push: notPushed }
    const keptAndPushed = after(fact('UncommittedWorkKept', kept), fact('BranchPushed', { commit: 'k', push }))
    expect(keptAndPushed).toMatchObject({ uncommitted: { ...kept, push }, push: null })
  })

  test('work that was left and then kept: it is no longer in the worktree alone', () => {
    const leftWork = { code: 'DISK_FULL', message: 'The disk is full.' }
    const left = fact('AgentResourcesReleased', { sandboxRemoved: true, worktreeRemoved: false, leftWork })
    const kept = { ref: 'r', commit: 'k', files: 1, insertions: 1, deletions: 0, mirror: '/m', push: notPushed }
    expect(after(left)).toMatchObject({ leftWork, uncommitted: null })
    expect(after(left, fact('UncommittedWorkKept', kept))).toMatchObject({ leftWork: null, uncommitted: kept })
  })

  test('the preview of a message without text: the tools that it calls', () => {
    const calls = ['shell', 'search'].map((name) => ({ type: 'tool_use' as const, id: name, name, input: {} }))
    expect(after(said('', { content: calls })).lastMessage?.preview).toBe('shell, search')
  })

  test('the preview of a long one: one line of 200, and no half of a character', () => {
    const text = `two\n  lines ${'x'.repeat(189)}😀`
    const preview = `two lines ${'x'.repeat(189)}\ud83d`.toWellFormed()
    expect(after(said(text)).lastMessage?.preview).toBe(preview)
    const injected = fact('OperatorMessageInjected', { messageId, text, operatorName: 'Ada', questionId: null })
    expect(after(injected).lastMessage).toMatchObject({ role: 'operator', preview })
  })

  test('cost 0.3 against 0.30000000000000004: money adds up as people add', () => {
    expect(after(costing(0.1), costing(0.2)).usage.costUsd).toBe(0.3)
  })
})

describe('a session', () => {
  test('collects the kill receipt step by step, each once, and shows what was proved', () => {
    const view = after(
      killAsked,
      killAsked,
      fact('AgentKillSignalled', { sent: { kind: 'process', signal: 'SIGKILL', processes: 3 } }),
      fact('AgentKillExitObserved', {}),
      fact('AgentDescendantsCleared', { survivors: 0 }),
      fact('AgentKilled', { latencyMs: 20, proof: 'kernel' }),
      fact('AgentResourcesReleased', { sandboxRemoved: true, worktreeRemoved: true, leftWork: null }),
    )
    expect(view).toMatchObject({ status: 'killed', pending: null, killProof: 'kernel' })
    expect(view.killReceipt.map(({ step }) => step)).toEqual([
      'requested',
      'signalled',
      'exit-observed',
      'descendants-cleared',
      'resources-released',
    ])
    expect(view.endedAt).toBe('2026-01-02T03:04:11.000Z')
  })

  test('that ended by itself has no receipt', () => {
    const view = after(
      fact('AgentCompleted', { outcome: 'finished', summary: 'Done.' }),
      fact('AgentResourcesReleased', { sandboxRemoved: true, worktreeRemoved: true, leftWork: null }),
    )
    expect(view).toMatchObject({ status: 'completed', outcome: 'finished', summary: 'Done.', killReceipt: [] })
  })

  test('that was terminated is told from one that has finished', () => {
    expect(after(terminateAsked).outcome).toBeNull()
    expect(after(terminateAsked, fact('AgentCompleted', { outcome: 'terminated', summary: 'Cut.' }))).toMatchObject({
      status: 'completed',
      outcome: 'terminated',
    })
  })

  test('that is told a fact again stays as it is', () => {
    const events = testLog().add(`agentSession-${sessionId}`, everySessionEvent(sessionId)) as SessionEvent[]
    const once = fold(events)
    expect(fold([...events, ...events])).toEqual(once)
    expect(events.reduce((session, event) => sessionView.evolve(session, event), once)).toBe(once)
  })

  test('does not begin but with its request', () => {
    expect(foldEvent(sessionView, undefined, recorded(paused)[1]!)).toBeUndefined()
  })
})

test('the model of a session is the one that it asks now', () => {
  const from = { modelProvider: 'anthropic', model: 'm' }
  const to = { modelProvider: 'home', model: 'qwen3' }
  expect(after(fact('ModelChanged', { turn: 1, from, to, reason: 'OVERLOADED', message: 'm' }))).toMatchObject(to)
})

test('its life can be folded without what it says, and comes out the same', () => {
  const events = testLog().add(`agentSession-${sessionId}`, everySessionEvent(sessionId)) as SessionEvent[]
  let life: SessionLifecycle | undefined
  for (const event of events) {
    if ((lifecycleView.handles as readonly string[]).includes(event.type)) {
      life = foldEvent(lifecycleView, life, event as Parameters<typeof lifecycleView.evolve>[1])
    }
  }
  const whole = fold(events)
  expect(whole).toMatchObject({ ...life, branch: whole.branch })
})

test('checks of a pull request are those of its newest commit', () => {
  const of = { pullRequestId: messageId, number: 7, url: 'https://host.example/7' }
  const proposed = (headCommit: string) => fact('WorkProposed', { ...of, into: 'main', headCommit })
  const checks = { state: 'failed' as const, failed: ['test'] }
  const checked = (headCommit: string) => fact('ProposalChecked', { ...of, headCommit, checks })
  const seen = (...facts: MosaicEvent[]) => after(proposed('c1'), ...facts).pullRequest
  expect(seen()).toMatchObject({ headCommit: 'c1', checks: null })
  expect(seen(checked('c1'))).toMatchObject({ headCommit: 'c1', checks })
  expect(seen(checked('c1'), proposed('c2'))).toMatchObject({ headCommit: 'c2', checks: null })
  expect(seen(proposed('c2'), checked('c1'))).toMatchObject({ headCommit: 'c2', checks: null })
})
