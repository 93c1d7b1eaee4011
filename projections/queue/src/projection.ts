import { queueStats } from '@mosaic/contracts/task'
import { foldProjection } from '@mosaic/postgres'
import { type QueueState, queueView } from '@mosaic/views'
import { queues } from './migrations/001-queues.ts'

type QueueRow = {
  readonly workspace_id: string
  readonly revision: number | string
  readonly paused: QueueState['paused']
}
type StoredRow = Omit<QueueRow, 'paused'> & { readonly paused: unknown }

/** Whether a workspace's queue stands still, a row for each that ever did. */
export const queueProjection = foldProjection(queueView, {
  name: 'queue',
  version: 1,
  categories: ['queue'],
  scope: 'workspace',
  migrations: [queues],
  table: 'queues',
  columns: { workspace_id: 'text', revision: 'bigint', paused: 'jsonb' },
  key: ['workspace_id'],
  lookUp: ['workspace_id'],
  rowOf: ({ workspaceId, revision, paused }: QueueState): QueueRow => ({ workspace_id: workspaceId, revision, paused }),
  stateOf: (row: StoredRow): QueueState => ({
    workspaceId: row.workspace_id,
    revision: Number(row.revision),
    paused: queueStats.shape.paused.parse(row.paused),
  }),
})
