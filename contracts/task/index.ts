export { taskEvents, type TaskEvent } from './events.ts'
export { taskStream } from './stream.ts'
export { taskRejections, type TaskRejection } from './rejections.ts'
export { taskStatus, taskView, type TaskView } from './views.ts'
