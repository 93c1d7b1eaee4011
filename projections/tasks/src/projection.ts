import { foldProjection } from '@mosaic/postgres'
import { taskView, withOrigin } from '@mosaic/views'
import { tasks } from './migrations/001-tasks.ts'
import { taskColumns, type TaskRow } from './tables.ts'

/** A task, and the commit position of its creation: its place in the order of "newest first". */
const listed = withOrigin(taskView, (event) => event.position)

/** Every task: `task list`, `task show`, the queue in numbers. */
export const tasksProjection = foldProjection(listed, {
  name: 'tasks',
  version: 3,
  categories: ['task'],
  scope: 'workspace',
  migrations: [tasks],
  table: 'tasks',
  columns: taskColumns,
  key: ['task_id'],
  lookUp: ['task_id'],
  rowOf: ({ state: task, origin }): TaskRow => ({
    task_id: task.taskId,
    workspace_id: task.workspaceId,
    mission_id: task.missionId,
    external_key: task.externalKey,
    status: task.status,
    is_queued: task.plan !== null,
    title: task.title,
    instructions: task.instructions,
    created_position: origin,
    view: task,
  }),
  stateOf: (row: TaskRow) => ({ state: row.view, origin: row.created_position }),
})
