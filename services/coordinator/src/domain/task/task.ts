import type { Decider } from '@mosaic/contracts/kernel'
import type { TaskEvent, TaskRejection } from '@mosaic/contracts/task'
import { assign, choose, type Decision, end, refuse, start } from './attempts.ts'
import type { TaskCommand } from './commands.ts'
import { evolve } from './evolve.ts'
import { abandon, cancel, create, dispatch, hold, reprioritise, retry } from './queued.ts'
import type { Task } from './state.ts'

export type { TaskCommand } from './commands.ts'
export type { Task } from './state.ts'

function decide(command: TaskCommand, task: Task): Decision {
  switch (command.type) {
    case 'CreateTask':
      return create(command, task)
    case 'DispatchTask':
      return dispatch(task)
    case 'HoldTask':
      return hold(command, task)
    case 'RefuseDispatch':
      return refuse(command, task)
    case 'AssignTask':
      return assign(command, task)
    case 'StartTask':
      return start(command, task)
    case 'CompleteTask':
    case 'FailTask':
      return end(command, task)
    case 'ChooseAttempt':
      return choose(command, task)
    case 'ReprioritiseTask':
      return reprioritise(command, task)
    case 'CancelTask':
      return cancel(command, task)
    case 'RetryTask':
      return retry(task)
    case 'AbandonTask':
      return abandon(command, task)
  }
}

/** A task, from its creation or with the spawn of its agent to its end. */
export const task: Decider<Task, TaskCommand, TaskEvent, TaskRejection> = {
  initialState: { status: 'none' },
  decide,
  evolve,
}
