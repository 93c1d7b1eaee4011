import { err, ok } from '@mosaic/contracts/kernel'
import { type Decision, ended, notFound } from './attempts.ts'
import type { CommandOf } from './commands.ts'
import { isLive, type Task } from './state.ts'

const notQueued = (message: string): Decision => err({ code: 'TASK_NOT_QUEUED', message })
const spawnedDirectly = () => notQueued('it came with the spawn of its agent: the queue has nothing to do with it')

export function create(command: CommandOf<'CreateTask'>, task: Task): Decision {
  const { type: _, ...described } = command
  return ok(task.status === 'none' ? [{ type: 'TaskCreated', data: described }] : [])
}

export function dispatch(task: Task): Decision {
  if (task.status === 'none') return notFound()
  if (!isLive(task)) return ended(task)
  const { taskId, plan, round } = task
  if (!plan) return spawnedDirectly()
  if (task.status !== 'pending') return ok([])
  return ok([{ type: 'TaskDispatched', data: { taskId, round: round + 1, attempts: plan.models.length } }])
}

/** Said once for each time that it waits. */
export function hold({ message }: CommandOf<'HoldTask'>, task: Task): Decision {
  if (task.status === 'none') return notFound()
  if (!isLive(task)) return ended(task)
  if (!task.plan) return spawnedDirectly()
  if (task.status !== 'pending' || task.isHeld) return ok([])
  return ok([{ type: 'TaskHeld', data: { taskId: task.taskId, code: 'NO_WORKER_WITH_LABELS', message } }])
}

export function reprioritise({ priority }: CommandOf<'ReprioritiseTask'>, task: Task): Decision {
  if (task.status === 'none') return notFound()
  if (!isLive(task)) return ended(task)
  if (!task.plan) return spawnedDirectly()
  if (task.status !== 'pending' && task.status !== 'dispatched') {
    return notQueued(`it is ${task.status}: its place in the queue is behind it`)
  }
  return ok(task.priority === priority ? [] : [{ type: 'TaskReprioritised', data: { taskId: task.taskId, priority } }])
}

export function cancel({ reason }: CommandOf<'CancelTask'>, task: Task): Decision {
  if (task.status === 'none') return notFound()
  if (task.status === 'cancelled') return ok([])
  if (!isLive(task)) return ended(task)
  return ok([{ type: 'TaskCancelled', data: { taskId: task.taskId, reason } }])
}

export function retry(task: Task): Decision {
  if (task.status === 'none') return notFound()
  const { taskId, missionId, plan } = task
  if (!plan) return spawnedDirectly()
  if (task.status === 'completed') return ended(task)
  if (isLive(task))
    return err({ code: 'TASK_NOT_ENDED', message: `the task is ${task.status}: there is nothing to retry` })
  // As it stood in the queue last, for whoever has forgotten it meanwhile.
  return ok([{ type: 'TaskReopened', data: { taskId, missionId, plan: { ...plan, priority: task.priority } } }])
}

export function abandon({ reason }: CommandOf<'AbandonTask'>, task: Task): Decision {
  if (task.status === 'none') return notFound()
  if (!isLive(task)) return ended(task)
  if (task.status !== 'pending') return ok([])
  return ok([{ type: 'TaskFailed', data: { taskId: task.taskId, sessionId: null, reason } }])
}
