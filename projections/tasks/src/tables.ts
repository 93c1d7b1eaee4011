import type { TaskView } from '@mosaic/contracts/task'

export type TaskRow = {
  task_id: string
  workspace_id: string
  mission_id: string
  external_key: string | null
  status: string
  /** Whether the queue has to do with it; others came with the spawn of their agents. */
  is_queued: boolean
  title: string
  instructions: string
  /** Commit position of its creation: the order of "newest first" and the page cursor. */
  created_position: string
  view: TaskView
}

export type TaskTables = { tasks: TaskRow }

export const taskColumns = {
  task_id: 'uuid',
  workspace_id: 'text',
  mission_id: 'uuid',
  external_key: 'text',
  status: 'text',
  is_queued: 'boolean',
  title: 'text',
  instructions: 'text',
  created_position: 'bigint',
  view: 'jsonb',
} as const satisfies Record<keyof TaskRow, string>
