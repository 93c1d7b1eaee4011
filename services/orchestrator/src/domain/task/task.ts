import type { TaskSource } from '@mosaic/contracts/agent-session'
import { type Decider, err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { TaskEvent, TaskRejection } from '@mosaic/contracts/task'

export type Task =
  | { readonly status: 'none' }
  | { readonly status: 'open'; readonly taskId: string }
  | { readonly status: 'assigned'; readonly taskId: string; readonly sessionId: string }
  | { readonly status: 'completed'; readonly taskId: string }
  | { readonly status: 'failed'; readonly taskId: string }

export type TaskCommand =
  /** Creates the task too, when nobody has. */
  | {
      readonly type: 'AssignTask'
      readonly taskId: string
      readonly missionId: string
      readonly source: TaskSource
      readonly description: string
      readonly sessionId: string
    }
  | { readonly type: 'CompleteTask'; readonly sessionId: string; readonly summary: string }
  | { readonly type: 'FailTask'; readonly sessionId: string; readonly reason: string }

type Decision = Result<readonly TaskEvent[], Rejection<TaskRejection>>

const ended = (): Decision => err({ code: 'TASK_ENDED', message: 'the task has ended already' })

function assign(command: Extract<TaskCommand, { type: 'AssignTask' }>, task: Task): Decision {
  const { taskId, missionId, source, description, sessionId } = command
  const assigned = { type: 'TaskAssigned', data: { taskId, sessionId } } as const
  switch (task.status) {
    case 'none':
      return ok([{ type: 'TaskCreated', data: { taskId, missionId, source, description } }, assigned])
    case 'open':
      return ok([assigned])
    case 'assigned':
      return ok(task.sessionId === sessionId ? [] : [assigned])
    case 'completed':
    case 'failed':
      return ended()
  }
}

/** A session speaks for the task only while the task is its own. */
function end(command: Exclude<TaskCommand, { type: 'AssignTask' }>, task: Task): Decision {
  if (task.status === 'none') return err({ code: 'TASK_NOT_FOUND', message: 'there is no such task' })
  if (task.status === 'completed' || task.status === 'failed') return ended()
  const { sessionId } = command
  if (task.status === 'open' || task.sessionId !== sessionId) return ok([])
  const { taskId } = task
  return command.type === 'CompleteTask'
    ? ok([{ type: 'TaskCompleted', data: { taskId, sessionId, summary: command.summary } }])
    : ok([{ type: 'TaskFailed', data: { taskId, sessionId, reason: command.reason } }])
}

function evolve(_: Task, event: TaskEvent): Task {
  const { taskId } = event.data
  switch (event.type) {
    case 'TaskCreated':
      return { status: 'open', taskId }
    case 'TaskAssigned':
      return { status: 'assigned', taskId, sessionId: event.data.sessionId }
    case 'TaskCompleted':
      return { status: 'completed', taskId }
    case 'TaskFailed':
      return { status: 'failed', taskId }
  }
}

export const task: Decider<Task, TaskCommand, TaskEvent, TaskRejection> = {
  initialState: { status: 'none' },
  decide: (command, state) => (command.type === 'AssignTask' ? assign(command, state) : end(command, state)),
  evolve,
}
