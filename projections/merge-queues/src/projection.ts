import { foldProjection } from '@mosaic/postgres'
import { mergeQueueView, withOrigin } from '@mosaic/views'
import { mergeQueues } from './migrations/001-merge-queues.ts'
import { mergeQueueColumns, type MergeQueueRow } from './tables.ts'

/** A queue, and the commit position of its first landing: its place in the order of "newest first". */
const listed = withOrigin(mergeQueueView, (event) => event.position)

/** Every merge queue that there has been. */
export const mergeQueuesProjection = foldProjection(listed, {
  name: 'merge-queues',
  version: 2,
  categories: ['mergeQueue'],
  scope: 'workspace',
  migrations: [mergeQueues],
  table: 'merge_queues',
  columns: mergeQueueColumns,
  key: ['queue_id'],
  lookUp: ['queue_id'],
  rowOf: ({ state: queue, origin }): MergeQueueRow => ({
    queue_id: queue.queueId,
    workspace_id: queue.workspaceId,
    repository: queue.repository,
    created_position: origin,
    view: queue,
  }),
  stateOf: (row: MergeQueueRow) => ({ state: row.view, origin: row.created_position }),
})
