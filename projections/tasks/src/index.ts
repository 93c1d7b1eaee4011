export { tasksProjection } from './projection.ts'
export { countQueue, findTask, findTasks, progressOf, type TaskFilter } from './queries.ts'
