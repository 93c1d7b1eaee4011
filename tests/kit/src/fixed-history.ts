import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { budgetStream } from '@mosaic/contracts/budget'
import { fleetStream } from '@mosaic/contracts/fleet'
import { mergeQueueStream } from '@mosaic/contracts/merge-queue'
import { missionStream } from '@mosaic/contracts/mission'
import { queueStream } from '@mosaic/contracts/queue'
import { type TaskPlan, taskStream } from '@mosaic/contracts/task'
import { type NewEvent, uuidv5 } from '@mosaic/event-store'
import type { ProjectedEvent } from '@mosaic/postgres'
import { everySessionEvent } from './every-event.ts'
import { testLog } from './test-log.ts'

const sessionId = '0190d1c8-0000-7000-8000-000000000001'
const taskId = '0190d1c8-0000-7000-8000-000000000002'
const queuedTaskId = '0190d1c8-0000-7000-8000-000000000003'
const queueId = '0190d1c8-0000-7000-8000-000000000009'
const task = { taskId, missionId: sessionId }
const at = '2026-03-04T05:06:07.000Z'

/** Every kind of fact about a task that the queue has to do with. */
function queuedTask(): NewEvent[] {
  const queued = { taskId: queuedTaskId, missionId: sessionId }
  const own = { taskId: queuedTaskId }
  const plan: TaskPlan = {
    spawn: {
      runtime: 'internal',
      repository: '/code/greetings',
      branch: null,
      agentType: 'worker',
      sandbox: null,
      maxTurns: null,
      gates: null,
      yolo: false,
      budget: { usd: 1.5 },
      approvals: null,
      network: { kind: 'none' },
      skills: ['release'],
      labels: ['gpu'],
      timeoutSeconds: 600,
    },
    models: [null, 'scripted:hello'],
    priority: 5,
    dependsOn: [taskId],
    notBefore: null,
    maxRetries: 1,
  }
  return [
    {
      type: 'TaskCreated',
      data: { ...queued, source: 'mosaic-queue', title: 'Greet', instructions: 'Greet all.', externalKey: 'G-1', plan },
    },
    { type: 'TaskReprioritised', data: { ...own, priority: 8 } },
    { type: 'TaskDispatched', data: { ...own, round: 1, attempts: 2 } },
    { type: 'TaskDispatchFailed', data: { ...own, round: 1, code: 'BRANCH_NOT_FOUND', message: 'no', nextTryAt: at } },
    { type: 'TaskDispatched', data: { ...own, round: 2, attempts: 2 } },
    { type: 'TaskAssigned', data: { ...own, sessionId } },
    { type: 'TaskStarted', data: { ...own, sessionId } },
    { type: 'TaskAttemptEnded', data: { ...own, sessionId, outcome: 'failed', summary: 'broken' } },
    { type: 'TaskRetryScheduled', data: { ...own, notBefore: at, reason: 'broken' } },
    { type: 'TaskFailed', data: { ...own, sessionId: null, reason: 'broken' } },
    { type: 'TaskReopened', data: { ...queued, plan } },
    { type: 'TaskAssigned', data: { ...own, sessionId } },
    { type: 'TaskAttemptEnded', data: { ...own, sessionId, outcome: 'completed', summary: 'done' } },
    { type: 'TaskAttemptChosen', data: { ...own, sessionId } },
    { type: 'TaskCompleted', data: { ...own, sessionId, summary: 'done' } },
    { type: 'TaskCancelled', data: { ...own, reason: null } },
  ]
}

/** Every kind of fact about a budget. */
function budgetFacts(): NewEvent[] {
  const scope = { kind: 'workspace', id: 'default' } as const
  const call = { scope, callId: taskId, sessionId }
  const limits = { usd: 1, tokens: 1000, wallSeconds: null }
  return [
    { type: 'BudgetSet', data: { scope, limits, raisedFrom: null, policy: 'ask', at } },
    { type: 'BudgetReserved', data: { ...call, most: { microUsd: 900_000, tokens: 500 } } },
    { type: 'BudgetSettled', data: { ...call, spent: { microUsd: null, tokens: 900 }, basis: 'counted' } },
    { type: 'BudgetWarned', data: { scope, measure: 'tokens' } },
    { type: 'BudgetReserved', data: { ...call, callId: queuedTaskId, most: { microUsd: 1, tokens: 5 } } },
    { type: 'BudgetExhausted', data: { scope, measure: 'tokens', sessionId, at } },
    { type: 'BudgetRemoved', data: { scope } },
    { type: 'BudgetSet', data: { scope, limits: { ...limits, tokens: 5000 }, raisedFrom: limits, policy: 'stop', at } },
  ]
}

/** Every kind of fact about branches that land. */
function mergeQueue(): NewEvent[] {
  const queue = { queueId }
  const [one, other, third] = [taskId, queuedTaskId, sessionId]
  const requested = (landingId: string): NewEvent => ({
    type: 'LandingRequested',
    data: {
      ...queue,
      landingId,
      repository: '/code/greetings',
      into: 'main',
      sessionId: landingId,
      branch: `mosaic/${landingId.at(-1)}`,
      title: 'Greet',
      how: 'merge',
      returnTo: 'agent',
      operator: 'Ada',
    },
  })
  const batch = { ...queue, batchId: sessionId }
  const started: NewEvent = { type: 'LandingBatchStarted', data: { ...batch, landingIds: [one, other, third], at } }
  const branches = [{ landingId: one, sessionId: one, branch: 'mosaic/2', commit: 'c' }]
  const stack = { baseCommit: 'a', commit: 'c', tree: 't', profile: 'standard' as const, branches }
  const obstacle = { code: 'MERGE_CONFLICT' as const, message: 'it conflicts', files: ['a.txt'] }
  const back = { ...queue, landingId: other, sessionId: other, branch: 'mosaic/3', into: 'main', obstacle }
  return [
    requested(one),
    requested(other),
    requested(third),
    started,
    { type: 'LandingReturned', data: { ...back, to: 'agent', times: 1 } },
    { type: 'LandingPutBack', data: { ...queue, landingId: third, behind: ['mosaic/2'] } },
    { type: 'LandingBatchStacked', data: { ...batch, stack } },
    {
      type: 'LandingGatesSkipped',
      data: { ...batch, into: 'main', commit: 'c', tree: 't', by: 'sessions', sessionIds: [one] },
    },
    { type: 'LandingQueueHalted', data: { ...queue, message: 'the fleet is frozen' } },
    { type: 'LandingBatchChecked', data: { ...batch, approved: true, gates: [] } },
    { type: 'LandingBatchHeld', data: { ...batch, ref: 'refs/mosaic/landings/q', commit: 'c' } },
    { type: 'LandingBatchAbandoned', data: { ...batch, reason: 'main has moved' } },
    { type: 'LandingBatchStarted', data: { ...batch, landingIds: [one], at } },
    { type: 'LandingBatchStacked', data: { ...batch, stack } },
    { type: 'LandingBatchChecked', data: { ...batch, approved: false, gates: [] } },
    { type: 'LandingBatchLanded', data: { ...batch, into: 'main', commit: 'c', branches } },
    { type: 'LandingQueueResumed', data: queue },
    { type: 'LandingContinued', data: { ...queue, landingId: other, sessionId: third } },
    { type: 'LandingRequeued', data: { ...queue, landingId: other, sessionId: third, branch: 'mosaic/3' } },
    { type: 'LandingReturned', data: { ...back, to: 'person', times: 1 } },
    { type: 'LandingRemoved', data: { ...queue, landingId: third, sessionId: third, reason: null } },
  ]
}

/** A session's, a task's, a merge queue's and a fleet's life, the same to the letter each time: also the ids that a log would draw. */
export function fixedHistory(): ProjectedEvent[] {
  const log = testLog()
  const sent = { commandId: sessionId }
  log.add(
    taskStream.of(taskId),
    [
      {
        type: 'TaskCreated',
        data: { ...task, source: 'internal', title: 'do it', instructions: 'do it', externalKey: null, plan: null },
      },
      { type: 'TaskAssigned', data: { taskId, sessionId } },
      { type: 'TaskCompleted', data: { taskId, sessionId, summary: 'done' } },
    ],
    sent,
  )
  log.add(taskStream.of(queuedTaskId), queuedTask(), sent)
  log.add(
    missionStream.of(sessionId),
    [
      {
        type: 'MissionCreated',
        data: {
          missionId: sessionId,
          title: 'Greet',
          objective: 'All are greeted.',
          acceptance: [],
          tasks: [],
          budget: { usd: 5 },
          approvals: null,
        },
      },
      { type: 'MissionPaused', data: { missionId: sessionId, reason: 'lunch' } },
      { type: 'MissionResumed', data: { missionId: sessionId } },
      { type: 'MissionEnded', data: { missionId: sessionId, outcome: 'failed' } },
      { type: 'MissionCancelled', data: { missionId: sessionId, reason: null } },
    ],
    sent,
  )
  log.add(
    queueStream.of('default'),
    [
      { type: 'QueuePaused', data: { reason: 'lunch' } },
      { type: 'QueueResumed', data: {} },
    ],
    sent,
  )
  log.add(
    fleetStream.of('default'),
    [
      { type: 'FleetFrozen', data: { scope: { kind: 'runtime', runtime: 'internal' }, reason: null, killAllId: null } },
      { type: 'FleetUnfrozen', data: { reason: 'it is out' } },
      { type: 'FleetFrozen', data: { scope: { kind: 'all' }, reason: 'fire', killAllId: null } },
    ],
    sent,
  )
  // Towards the end: this grows with the kinds of facts that there are, and moves what follows.
  log.add(agentSessionStream.of(sessionId), everySessionEvent(sessionId), sent)
  log.add(budgetStream.of('workspace-default'), budgetFacts(), sent)
  log.add(mergeQueueStream.of(queueId), mergeQueue(), sent)
  const held = { taskId: queuedTaskId, code: 'NO_WORKER_WITH_LABELS', message: 'no worker has gpu' } as const
  log.add(taskStream.of(queuedTaskId), [{ type: 'TaskHeld', data: held }], sent)
  return log.all.map((event) => ({ ...event, id: uuidv5(`event/${event.position}`) }))
}
