import type { Fact, View } from '@mosaic/contracts/kernel'
import { type AttemptView, taskEvents, taskHold, type TaskEvent, type TaskView } from '@mosaic/contracts/task'

type Change = Partial<Omit<TaskView, 'taskId' | 'workspaceId' | 'revision'>>

/** A task: what is to be done, how it stands in the queue, and who works on it. */
export const taskView: View<TaskView, Fact<TaskEvent>> = {
  version: 4,
  handles: Object.keys(taskEvents) as TaskEvent['type'][],
  keyOf: (event) => [event.data.taskId],
  begin(event) {
    if (event.type !== 'TaskCreated') return undefined
    const { revision, metadata } = event
    const { plan, ...described } = event.data
    return {
      ...described,
      workspaceId: metadata.workspaceId,
      plan,
      priority: plan?.priority ?? null,
      status: 'pending',
      round: 0,
      attempts: [],
      notBefore: plan?.notBefore ?? null,
      trouble: null,
      summary: null,
      createdBy: metadata.actor,
      createdAt: metadata.occurredAt,
      dispatchedAt: null,
      startedAt: null,
      endedAt: null,
      revision,
    }
  },
  evolve: (task, event) =>
    event.revision <= task.revision ? task : { ...task, ...change(task, event), revision: event.revision },
}

function change(task: TaskView, event: Fact<TaskEvent>): Change {
  const at = event.metadata.occurredAt
  switch (event.type) {
    case 'TaskCreated':
      return {}
    case 'TaskReprioritised':
      return { priority: event.data.priority }
    case 'TaskDispatched':
      return { status: 'dispatched', round: event.data.round, dispatchedAt: at, notBefore: null, ...begun(task) }
    case 'TaskHeld':
      return { trouble: { code: event.data.code, message: event.data.message, at } }
    case 'TaskDispatchFailed': {
      const { code, message, nextTryAt } = event.data
      const trouble = { code, message, at }
      return nextTryAt === null ? { trouble } : { trouble, status: 'pending', notBefore: nextTryAt }
    }
    case 'TaskAssigned':
      return {
        status: task.status === 'executing' ? 'executing' : 'assigned',
        ...newAttempt(task, event.data.sessionId),
      }
    case 'TaskStarted': {
      const attempts = withAttempt(task, event.data.sessionId, { status: 'executing' })
      return { status: 'executing', attempts, startedAt: task.startedAt ?? at }
    }
    case 'TaskAttemptEnded': {
      const { sessionId, outcome, summary } = event.data
      return { attempts: withAttempt(task, sessionId, { status: outcome, summary }) }
    }
    case 'TaskRetryScheduled': {
      const { notBefore, reason } = event.data
      return { status: 'pending', notBefore, trouble: { code: null, message: reason, at } }
    }
    case 'TaskAttemptChosen':
      return { attempts: withAttempt(task, event.data.sessionId, { chosen: true }) }
    case 'TaskCompleted': {
      const { sessionId, summary } = event.data
      const attempts = withAttempt(task, sessionId, { status: 'completed', summary })
      return { status: 'completed', attempts, summary, trouble: null, endedAt: at }
    }
    case 'TaskFailed': {
      const { sessionId, reason } = event.data
      const attempts = sessionId ? withAttempt(task, sessionId, { status: 'failed', summary: reason }) : task.attempts
      const code = task.trouble && reason.startsWith(`${task.trouble.code}: `) ? task.trouble.code : null
      return { status: 'failed', attempts, trouble: { code, message: reason, at }, endedAt: at }
    }
    case 'TaskCancelled':
      return { status: 'cancelled', trouble: trouble(event.data.reason, at), endedAt: at }
    case 'TaskReopened':
      return { status: 'pending', trouble: null, notBefore: null, summary: null, endedAt: null }
  }
}

/** What it waited for is there. */
const begun = ({ trouble: before }: TaskView): Change =>
  taskHold.safeParse(before?.code).success ? { trouble: null } : {}

const trouble = (message: string | null, at: string): TaskView['trouble'] =>
  message === null ? null : { code: null, message, at }

function newAttempt(task: TaskView, sessionId: string): Change {
  const attempt: AttemptView = { sessionId, round: task.round, status: 'assigned', summary: null, chosen: false }
  const others = task.attempts.filter((each) => each.sessionId !== sessionId)
  return { attempts: [...others, attempt] }
}

const withAttempt = (task: TaskView, sessionId: string, changed: Partial<AttemptView>): AttemptView[] =>
  task.attempts.map((attempt) => (attempt.sessionId === sessionId ? { ...attempt, ...changed } : attempt))
