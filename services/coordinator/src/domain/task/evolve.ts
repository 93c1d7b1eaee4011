import type { TaskEvent } from '@mosaic/contracts/task'
import type { Attempt, LiveTask, Task } from './state.ts'

const defaultPriority = 5

export function evolve(task: Task, event: TaskEvent): Task {
  if (event.type === 'TaskCreated') return created(event.data)
  if (task.status === 'none') return task
  switch (event.type) {
    case 'TaskReprioritised':
      return { ...task, priority: event.data.priority }
    case 'TaskDispatched':
      return { ...task, status: 'dispatched', round: event.data.round, attempts: {}, lost: 0, isHeld: false }
    case 'TaskHeld':
      return { ...task, isHeld: true }
    case 'TaskDispatchFailed':
      return event.data.nextTryAt === null
        ? { ...task, lost: task.lost + 1 }
        : { ...task, status: 'pending', refusals: task.refusals + 1 }
    case 'TaskAssigned':
      return assigned(task, event.data.sessionId)
    case 'TaskStarted':
      return { ...withAttempt(task, event.data.sessionId, { status: 'executing' }), status: 'executing' }
    case 'TaskAttemptEnded': {
      const { sessionId, outcome: status, summary } = event.data
      return withAttempt(task, sessionId, { status, summary })
    }
    case 'TaskRetryScheduled':
      return { ...task, status: 'pending', retries: task.retries + 1 }
    case 'TaskAttemptChosen':
      return task
    case 'TaskCompleted':
      return { ...task, status: 'completed' }
    case 'TaskFailed':
      return { ...task, status: 'failed' }
    case 'TaskCancelled':
      return { ...task, status: 'cancelled' }
    case 'TaskReopened':
      return { ...task, status: 'pending', retries: 0, refusals: 0, isHeld: false }
  }
}

const created = ({ taskId, missionId, plan }: Extract<TaskEvent, { type: 'TaskCreated' }>['data']): LiveTask => ({
  status: 'pending',
  taskId,
  missionId,
  plan,
  priority: plan?.priority ?? defaultPriority,
  round: 0,
  attempts: {},
  lost: 0,
  retries: 0,
  refusals: 0,
  isHeld: false,
})

type Known = Exclude<Task, { status: 'none' }>

/** Without a plan a task is its newest session's alone. */
function assigned(task: Known, sessionId: string): Task {
  const attempts = task.plan ? task.attempts : {}
  const known = withAttempt({ ...task, attempts }, sessionId, { status: 'assigned' })
  return { ...known, status: task.status === 'executing' && task.plan ? 'executing' : 'assigned', refusals: 0 }
}

const withAttempt = <T extends Known>(task: T, sessionId: string, attempt: Attempt): T => ({
  ...task,
  attempts: { ...task.attempts, [sessionId]: attempt },
})
