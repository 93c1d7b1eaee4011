export {
  addTask,
  cancelTask,
  chooseAttempt,
  modelsOf,
  refuseDispatch,
  reorderTask,
  retryTask,
  taskFields,
  type AddTask,
  type AddTaskInput,
} from './commands.ts'
export {
  comparedAttempt,
  type ComparedAttempt,
  type ComparedDiff,
  type ComparedGate,
  type ComparedGates,
} from './comparison.ts'
export { taskEvents, type TaskEvent } from './events.ts'
export { taskRejections, type TaskRejection } from './rejections.ts'
export { taskStream } from './stream.ts'
export { withApprovals, withTerms } from './upcasts.ts'
export { titleOf } from './title.ts'
export { attemptView, queueStats, taskView, type AttemptView, type QueueStats, type TaskView } from './views.ts'
export {
  attemptSpec,
  endedTaskStatuses,
  taskHasEnded,
  taskHold,
  taskPlan,
  taskPriority,
  taskStatus,
  type AttemptSpec,
  type TaskPlan,
  type TaskStatus,
} from './vocabulary.ts'
export { workItem, type WorkItem } from './work-item.ts'
