import type { TaskEvent, TaskPlan, TaskRejection } from '@mosaic/contracts/task'
import { attemptSpec, specification } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { task, type TaskCommand } from './task.ts'

const taskId = '01890000-0000-7000-8000-000000000005'
const missionId = '01890000-0000-7000-8000-000000000004'
const sessionId = '01890000-0000-7000-8000-000000000001'
const other = '01890000-0000-7000-8000-000000000002'
const at = new Date('2026-03-04T05:06:07.000Z')

const plan: TaskPlan = {
  spawn: attemptSpec,
  models: [null],
  priority: 5,
  dependsOn: [],
  notBefore: null,
  maxRetries: 1,
}
const twoPlan: TaskPlan = { ...plan, models: ['a', 'b'] }

const described = { taskId, missionId, source: 'mosaic-queue', title: 'do it', instructions: 'do it' } as const
const failure = { reason: 'r', isFinal: false, at, spread: 0.5 } as const
const refusal = { round: 1, code: 'BRANCH_NOT_FOUND', message: 'no', isFinal: false, at, spread: 0.5 } as const

const commands = {
  CreateTask: { type: 'CreateTask', ...described, externalKey: null, plan },
  DispatchTask: { type: 'DispatchTask' },
  HoldTask: { type: 'HoldTask', message: 'no worker has gpu' },
  RefuseDispatch: { type: 'RefuseDispatch', ...refusal },
  AssignTask: { type: 'AssignTask', ...described, sessionId },
  StartTask: { type: 'StartTask', sessionId },
  CompleteTask: { type: 'CompleteTask', sessionId, summary: 's' },
  FailTask: { type: 'FailTask', sessionId, ...failure },
  ChooseAttempt: { type: 'ChooseAttempt', sessionId },
  ReprioritiseTask: { type: 'ReprioritiseTask', priority: 9 },
  CancelTask: { type: 'CancelTask', reason: null },
  RetryTask: { type: 'RetryTask' },
  AbandonTask: { type: 'AbandonTask', reason: 'it waits for what will never be' },
} as const satisfies { [Type in TaskCommand['type']]: Extract<TaskCommand, { type: Type }> }

const created = (over: TaskPlan | null): TaskEvent => ({
  type: 'TaskCreated',
  data: { ...described, externalKey: null, plan: over },
})
const dispatched: TaskEvent = { type: 'TaskDispatched', data: { taskId, round: 1, attempts: 1 } }
const assigned = (by = sessionId): TaskEvent => ({ type: 'TaskAssigned', data: { taskId, sessionId: by } })
const started: TaskEvent = { type: 'TaskStarted', data: { taskId, sessionId } }
const attemptEnded = (by = sessionId, outcome: 'completed' | 'failed' = 'completed'): TaskEvent => ({
  type: 'TaskAttemptEnded',
  data: { taskId, sessionId: by, outcome, summary: 's' },
})
const completed: TaskEvent = { type: 'TaskCompleted', data: { taskId, sessionId, summary: 's' } }
const failed: TaskEvent = { type: 'TaskFailed', data: { taskId, sessionId, reason: 'r' } }
const cancelled: TaskEvent = { type: 'TaskCancelled', data: { taskId, reason: null } }

const atWork = [created(plan), dispatched, assigned(), started]
const states = {
  none: [],
  pending: [created(plan)],
  dispatched: [created(plan), dispatched],
  assigned: [created(plan), dispatched, assigned()],
  executing: atWork,
  'spawned directly': [created(null), assigned()],
  'assigned to another': [created(null), assigned(), assigned(other)],
  'waiting for a choice': [
    created(twoPlan),
    dispatched,
    assigned(),
    assigned(other),
    attemptEnded(),
    attemptEnded(other),
  ],
  completed: [...atWork, completed],
  failed: [...atWork, failed],
  cancelled: [...atWork, cancelled],
} as const satisfies Record<string, readonly TaskEvent[]>

type Cell = readonly TaskEvent['type'][] | TaskRejection
const ended = 'TASK_ENDED'
const missing = 'TASK_NOT_FOUND'

const table: Record<keyof typeof states, Record<TaskCommand['type'], Cell>> = {
  none: {
    CreateTask: ['TaskCreated'],
    DispatchTask: missing,
    HoldTask: missing,
    RefuseDispatch: missing,
    AssignTask: ['TaskCreated', 'TaskAssigned'],
    StartTask: missing,
    CompleteTask: missing,
    FailTask: missing,
    ChooseAttempt: missing,
    ReprioritiseTask: missing,
    CancelTask: missing,
    RetryTask: missing,
    AbandonTask: missing,
  },
  pending: {
    CreateTask: [],
    DispatchTask: ['TaskDispatched'],
    HoldTask: ['TaskHeld'],
    RefuseDispatch: [],
    AssignTask: ['TaskAssigned'],
    StartTask: [],
    CompleteTask: [],
    FailTask: [],
    ChooseAttempt: 'ATTEMPT_NOT_COMPLETED',
    ReprioritiseTask: ['TaskReprioritised'],
    CancelTask: ['TaskCancelled'],
    RetryTask: 'TASK_NOT_ENDED',
    AbandonTask: ['TaskFailed'],
  },
  dispatched: {
    CreateTask: [],
    DispatchTask: [],
    HoldTask: [],
    RefuseDispatch: ['TaskDispatchFailed'],
    AssignTask: ['TaskAssigned'],
    StartTask: [],
    CompleteTask: [],
    FailTask: [],
    ChooseAttempt: 'ATTEMPT_NOT_COMPLETED',
    ReprioritiseTask: ['TaskReprioritised'],
    CancelTask: ['TaskCancelled'],
    RetryTask: 'TASK_NOT_ENDED',
    AbandonTask: [],
  },
  assigned: {
    CreateTask: [],
    DispatchTask: [],
    HoldTask: [],
    RefuseDispatch: [],
    AssignTask: [],
    StartTask: ['TaskStarted'],
    CompleteTask: ['TaskAttemptEnded', 'TaskCompleted'],
    FailTask: ['TaskAttemptEnded', 'TaskRetryScheduled'],
    ChooseAttempt: 'ATTEMPT_NOT_COMPLETED',
    ReprioritiseTask: 'TASK_NOT_QUEUED',
    CancelTask: ['TaskCancelled'],
    RetryTask: 'TASK_NOT_ENDED',
    AbandonTask: [],
  },
  executing: {
    CreateTask: [],
    DispatchTask: [],
    HoldTask: [],
    RefuseDispatch: [],
    AssignTask: [],
    StartTask: [],
    CompleteTask: ['TaskAttemptEnded', 'TaskCompleted'],
    FailTask: ['TaskAttemptEnded', 'TaskRetryScheduled'],
    ChooseAttempt: 'ATTEMPT_NOT_COMPLETED',
    ReprioritiseTask: 'TASK_NOT_QUEUED',
    CancelTask: ['TaskCancelled'],
    RetryTask: 'TASK_NOT_ENDED',
    AbandonTask: [],
  },
  'spawned directly': {
    CreateTask: [],
    DispatchTask: 'TASK_NOT_QUEUED',
    HoldTask: 'TASK_NOT_QUEUED',
    RefuseDispatch: [],
    AssignTask: [],
    StartTask: ['TaskStarted'],
    CompleteTask: ['TaskCompleted'],
    FailTask: ['TaskFailed'],
    ChooseAttempt: 'ATTEMPT_NOT_COMPLETED',
    ReprioritiseTask: 'TASK_NOT_QUEUED',
    CancelTask: ['TaskCancelled'],
    RetryTask: 'TASK_NOT_QUEUED',
    AbandonTask: [],
  },
  'assigned to another': {
    CreateTask: [],
    DispatchTask: 'TASK_NOT_QUEUED',
    HoldTask: 'TASK_NOT_QUEUED',
    RefuseDispatch: [],
    AssignTask: ['TaskAssigned'],
    StartTask: [],
    CompleteTask: [],
    FailTask: [],
    ChooseAttempt: 'ATTEMPT_NOT_COMPLETED',
    ReprioritiseTask: 'TASK_NOT_QUEUED',
    CancelTask: ['TaskCancelled'],
    RetryTask: 'TASK_NOT_QUEUED',
    AbandonTask: [],
  },
  'waiting for a choice': {
    CreateTask: [],
    DispatchTask: [],
    HoldTask: [],
    RefuseDispatch: [],
    AssignTask: [],
    StartTask: [],
    CompleteTask: [],
    FailTask: [],
    ChooseAttempt: ['TaskAttemptChosen', 'TaskCompleted'],
    ReprioritiseTask: 'TASK_NOT_QUEUED',
    CancelTask: ['TaskCancelled'],
    RetryTask: 'TASK_NOT_ENDED',
    AbandonTask: [],
  },
  completed: {
    CreateTask: [],
    DispatchTask: ended,
    HoldTask: ended,
    RefuseDispatch: ended,
    AssignTask: ended,
    StartTask: ended,
    CompleteTask: ended,
    FailTask: ended,
    ChooseAttempt: ended,
    ReprioritiseTask: ended,
    CancelTask: ended,
    RetryTask: ended,
    AbandonTask: ended,
  },
  failed: {
    CreateTask: [],
    DispatchTask: ended,
    HoldTask: ended,
    RefuseDispatch: ended,
    AssignTask: ended,
    StartTask: ended,
    CompleteTask: ended,
    FailTask: ended,
    ChooseAttempt: ended,
    ReprioritiseTask: ended,
    CancelTask: ended,
    RetryTask: ['TaskReopened'],
    AbandonTask: ended,
  },
  cancelled: {
    CreateTask: [],
    DispatchTask: ended,
    HoldTask: ended,
    RefuseDispatch: ended,
    AssignTask: ended,
    StartTask: ended,
    CompleteTask: ended,
    FailTask: ended,
    ChooseAttempt: ended,
    ReprioritiseTask: ended,
    CancelTask: [],
    RetryTask: ['TaskReopened'],
    AbandonTask: ended,
  },
}

const cells = Object.entries(table).flatMap(([state, row]) =>
  Object.entries(row).map(([command, cell]) => ({
    state: state as keyof typeof states,
    command: command as TaskCommand['type'],
    cell,
  })),
)

test.each(cells)('$state × $command → $cell', ({ state, command, cell }) => {
  const folded = (states[state] as readonly TaskEvent[]).reduce(task.evolve, task.initialState)
  const decided = task.decide(commands[command], folded)
  expect(decided.ok ? decided.value.map(({ type }) => type) : decided.error.code).toEqual(cell)
})

const { given } = specification(task)
const fail = { type: 'FailTask', sessionId, ...failure } as const
const retried: TaskEvent = {
  type: 'TaskRetryScheduled',
  data: { taskId, notBefore: '2026-03-04T05:06:17.000Z', reason: 'r' },
}
const failedAttempt = {
  type: 'TaskAttemptEnded',
  data: { taskId, sessionId, outcome: 'failed', summary: 'r' },
} as const

test('a failure is tried again after a while, as often as the plan says, and then the task says why it failed', () => {
  given(...atWork)
    .when(fail)
    .then(failedAttempt, retried)
  const again = [...atWork, failedAttempt, retried, { ...dispatched, data: { ...dispatched.data, round: 2 } }]
  const second = { ...fail, sessionId: other }
  const ofOther = { ...failedAttempt, data: { ...failedAttempt.data, sessionId: other } }
  given(...(again as TaskEvent[]), assigned(other))
    .when(second)
    .then(ofOther, { type: 'TaskFailed', data: { taskId, sessionId: other, reason: 'r' } })
})

test('a failure that trying again cannot mend ends the task at once', () => {
  given(...atWork)
    .when({ ...fail, isFinal: true })
    .then(failedAttempt, failed)
})

test('what no worker can begin comes back a few times, later each time, and then the task says why', () => {
  const refuse = commands.RefuseDispatch
  const history: TaskEvent[] = [created(plan)]
  const waits: number[] = []
  for (let round = 1; round <= 5; round++) {
    history.push({ type: 'TaskDispatched', data: { taskId, round, attempts: 1 } })
    const decided = task.decide({ ...refuse, round }, history.reduce(task.evolve, task.initialState))
    if (!decided.ok) throw new Error(decided.error.code)
    history.push(...decided.value)
    const [first] = decided.value
    if (first?.type !== 'TaskDispatchFailed') throw new Error('nothing was said')
    if (first.data.nextTryAt) waits.push((new Date(first.data.nextTryAt).getTime() - at.getTime()) / 1000)
  }
  expect(waits).toEqual([10, 20, 40, 80])
  expect(history.at(-1)).toEqual({
    type: 'TaskFailed',
    data: { taskId, sessionId: null, reason: 'BRANCH_NOT_FOUND: no' },
  })
})

test('a refusal of an earlier round says nothing about this one', () => {
  given(
    created(plan),
    dispatched,
    { type: 'TaskDispatchFailed', data: { taskId, ...early, nextTryAt: early.at } },
    next,
  )
    .when(commands.RefuseDispatch)
    .nothing()
})
const early = { round: 1, code: 'X', message: 'x', at: '2026-03-04T05:06:17.000Z' }
const next: TaskEvent = { type: 'TaskDispatched', data: { taskId, round: 2, attempts: 1 } }

test('of several attempts one that failed is not missed while another goes on, nor once it has completed', () => {
  const two = [created(twoPlan), dispatched, assigned(), assigned(other)]
  given(...two)
    .when(fail)
    .then(failedAttempt)
  given(...two, failedAttempt)
    .when({ type: 'CompleteTask', sessionId: other, summary: 's' })
    .then(attemptEnded(other))
})

test('when all of several attempts have failed the task is tried again', () => {
  const two = [created(twoPlan), dispatched, assigned(), assigned(other), attemptEnded(other, 'failed')]
  given(...two)
    .when(fail)
    .then(failedAttempt, retried)
})

test('an attempt that could not be begun is lost, and the others decide', () => {
  const one = [created(twoPlan), dispatched, assigned(), attemptEnded(sessionId, 'failed')]
  given(...one)
    .when(commands.RefuseDispatch)
    .then(
      {
        type: 'TaskDispatchFailed',
        data: { taskId, round: 1, code: 'BRANCH_NOT_FOUND', message: 'no', nextTryAt: null },
      },
      { ...retried, data: { ...retried.data, reason: 'BRANCH_NOT_FOUND: no' } } as TaskEvent,
    )
})

test('a task that was reopened stands where it stood, with the priority that it had last', () => {
  given(created(plan), { type: 'TaskReprioritised', data: { taskId, priority: 9 } }, cancelled)
    .when({ type: 'RetryTask' })
    .then({ type: 'TaskReopened', data: { taskId, missionId, plan: { ...plan, priority: 9 } } })
})

test('a task that was held, cancelled and tried again never said again what it waits for', () => {
  const held: TaskEvent = {
    type: 'TaskHeld',
    data: { taskId, code: 'NO_WORKER_WITH_LABELS', message: 'no worker has gpu' },
  }
  const reopened: TaskEvent = { type: 'TaskReopened', data: { taskId, missionId, plan } }
  given(created(plan), held, cancelled, reopened).when(commands.HoldTask).then(held)
})
