import { mergeQueueView, type MergeQueueView } from '@mosaic/contracts/merge-queue'
import { checkpointOf, schemaOf, type WorkspaceTransaction } from '@mosaic/postgres'
import { mergeQueuesProjection } from './projection.ts'
import type { MergeQueueTables } from './tables.ts'

/** The live model; any other generation (of an earlier position) is asked by naming its schema. */
const live = schemaOf(mergeQueuesProjection.name)

/** More queues than anybody looks at. */
const most = 500

/** Merge queues, newest first. */
export async function findMergeQueues(
  transaction: WorkspaceTransaction,
  { repository }: { readonly repository?: string | undefined },
  schema: string = live,
): Promise<{ items: MergeQueueView[]; position: string }> {
  const position = await checkpointOf(transaction, schema)
  const rows = await transaction
    .withSchema(schema)
    .$extendTables<MergeQueueTables>()
    .selectFrom('merge_queues')
    .select('view')
    .$if(repository !== undefined, (query) => query.where('repository', '=', repository!))
    .orderBy('created_position', 'desc')
    .limit(most)
    .execute()
  return { items: rows.map(({ view }) => mergeQueueView.parse(view)), position }
}
