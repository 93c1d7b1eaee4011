import type { MergeQueueView } from '@mosaic/contracts/merge-queue'

export type MergeQueueRow = {
  queue_id: string
  workspace_id: string
  repository: string
  /** Commit position of the first landing: the order of "newest first". */
  created_position: string
  view: MergeQueueView
}

export type MergeQueueTables = { merge_queues: MergeQueueRow }

export const mergeQueueColumns = {
  queue_id: 'uuid',
  workspace_id: 'text',
  repository: 'text',
  created_position: 'bigint',
  view: 'jsonb',
} as const satisfies Record<keyof MergeQueueRow, string>
