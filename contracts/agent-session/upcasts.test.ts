import { expect, test } from 'vitest'
import { parseEvent } from '../kernel/index.ts'
import { agentSessionEvents, type AgentSessionEventType } from './index.ts'

const sessionId = '01890000-0000-7000-8000-000000000001'
const requested = {
  sessionId,
  parentSessionId: null,
  missionId: sessionId,
  taskId: sessionId,
  taskSource: 'internal',
  agentType: 'worker',
  name: 'worker',
  task: 'do it',
}
const earlierTerms = { budget: null, network: null, skills: null, labels: [], externalKey: null, timeoutSeconds: null }
const noTerms = { ...earlierTerms, approvals: null }
const place = { sandbox: { kind: 'docker', id: 'c1' }, worktree: '/w', branch: 'agent-1', baseCommit: 'abc' }
const commit = { commit: 'abc', branch: 'mosaic/agent-1', message: 'm', files: 1, insertions: 2, deletions: 3 }
const placeNow = { kind: 'worktree', ...place, sandbox: { ...place.sandbox, guarantees: null } }

// Data as version 1 wrote it, and what it means now.
test.each<[AgentSessionEventType, unknown, unknown]>([
  [
    'AgentSpawnRequested',
    {
      ...requested,
      provider: 'scripted',
      model: 'scripted:demo',
      repository: '/r',
      baseBranch: 'main',
      sandbox: null,
      maxTurns: 9,
    },
    {
      ...requested,
      predecessor: null,
      runtime: { kind: 'internal', modelProvider: 'scripted', model: 'scripted:demo', maxTurns: 9 },
      workplace: { kind: 'worktree', repository: '/r', baseBranch: 'main', sandbox: null },
      quality: null,
      reviews: null,
      ...noTerms,
    },
  ],
  ['AgentSpawned', { sessionId, ...place }, { sessionId, place: placeNow }],
  [
    'AgentKillSignalled',
    { sessionId, signal: 'SIGKILL', processes: 3 },
    { sessionId, sent: { kind: 'process', signal: 'SIGKILL', processes: 3 } },
  ],
  ['AgentTerminateRequested', { sessionId, note: 'enough' }, { sessionId, note: 'enough', tree: false }],
  [
    'AgentKillRequested',
    { sessionId, reason: null, killAllId: sessionId },
    { sessionId, reason: null, killAllId: sessionId, tree: false },
  ],
  [
    'CommitRecorded',
    { sessionId, ...commit, pushed: true },
    { sessionId, ...commit, push: { state: 'pushed', as: 'mosaic/agent-1' }, merged: null },
  ],
  [
    'CommitRecorded',
    { sessionId, ...commit, pushed: false },
    {
      sessionId,
      ...commit,
      push: { state: 'failed', code: 'UNKNOWN', message: 'why is not recorded' },
      merged: null,
    },
  ],
  [
    'AgentResourcesReleased',
    { sessionId, sandboxRemoved: true, worktreeRemoved: false },
    { sessionId, sandboxRemoved: true, worktreeRemoved: false, leftWork: null },
  ],
  [
    'QualityGatesSkipped',
    { sessionId, stage: 'pre-push', commit: 'abc', tree: 'def', by: 'session' },
    { sessionId, stage: 'pre-push', commit: 'abc', tree: 'def', by: 'session', taskId: null, saidBy: null },
  ],
  ['AgentKilled', { sessionId, latencyMs: 12.5 }, { sessionId, latencyMs: 12.5, proof: 'kernel' }],
])('%s of version 1 reads as the present version', (type, data, expected) => {
  expect(parseEvent(agentSessionEvents, { type, data, schemaVersion: 1 })).toEqual({ ok: true, data: expected })
})

test('a spawn of version 2 took up no ended session', () => {
  const data = {
    ...requested,
    runtime: { kind: 'internal', modelProvider: 'scripted', model: 'm', maxTurns: 9 },
    workplace: { kind: 'remote' },
  }
  const parsed = parseEvent(agentSessionEvents, { type: 'AgentSpawnRequested', data, schemaVersion: 2 })
  expect(parsed).toEqual({ ok: true, data: { ...data, predecessor: null, quality: null, reviews: null, ...noTerms } })
})

test('of a spawn of version 3 nothing is checked', () => {
  const data = {
    ...requested,
    predecessor: null,
    runtime: { kind: 'internal', modelProvider: 'scripted', model: 'm', maxTurns: 9 },
    workplace: { kind: 'remote' },
  }
  const parsed = parseEvent(agentSessionEvents, { type: 'AgentSpawnRequested', data, schemaVersion: 3 })
  expect(parsed).toEqual({ ok: true, data: { ...data, quality: null, reviews: null, ...noTerms } })
})

test('a spawn of version 4 said nothing of what it may use', () => {
  const data = {
    ...requested,
    predecessor: null,
    runtime: { kind: 'internal', modelProvider: 'scripted', model: 'm', maxTurns: 9 },
    workplace: { kind: 'remote' },
    quality: { profile: 'standard', yolo: false },
    reviews: null,
  }
  const parsed = parseEvent(agentSessionEvents, { type: 'AgentSpawnRequested', data, schemaVersion: 4 })
  expect(parsed).toEqual({ ok: true, data: { ...data, ...noTerms } })
})

const everyCall = { rules: [], otherwise: 'ask', waitSeconds: 86_400, atTimeout: 'deny' }

test.each([
  ['ask', everyCall],
  ['allow', null],
  [undefined, null],
])('a spawn of version 5 said %s of an agent of another maker at its runtime', (approvals, expected) => {
  const runtime = {
    kind: 'acp',
    agent: 'claude-code',
    modelProvider: 'scripted',
    model: 'm',
    capabilities: { pause: 'freezes', bargeIn: 'at-once', killProof: 'kernel' },
  }
  const data = {
    ...requested,
    ...earlierTerms,
    predecessor: null,
    workplace: { kind: 'remote' },
    quality: null,
    reviews: null,
  }
  const stored = { ...data, runtime: { ...runtime, ...(approvals && { approvals }) } }
  const parsed = parseEvent(agentSessionEvents, { type: 'AgentSpawnRequested', data: stored, schemaVersion: 5 })
  expect(parsed).toEqual({ ok: true, data: { ...data, runtime, approvals: expected } })
})

test.each([
  [{ kind: 'worktree', ...place }, placeNow],
  [
    { kind: 'remote', address: 'a' },
    { kind: 'remote', address: 'a' },
  ],
])('AgentSpawned of version 2 at %j did not say what its sandbox enforces', (before, now) => {
  const stored = { type: 'AgentSpawned', data: { sessionId, place: before }, schemaVersion: 2 }
  expect(parseEvent(agentSessionEvents, stored)).toEqual({ ok: true, data: { sessionId, place: now } })
})

test.each([null, 'text', 7, []])(
  'data of an old version that is no object (%j) is refused, not thrown over',
  (data) => {
    const parsed = parseEvent(agentSessionEvents, { type: 'AgentSpawnRequested', data, schemaVersion: 1 })
    expect(parsed).toMatchObject({ ok: false, reason: { code: 'INVALID_EVENT_DATA' } })
  },
)
