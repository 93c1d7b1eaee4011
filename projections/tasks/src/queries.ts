import type { QueueStats, TaskStatus, TaskView } from '@mosaic/contracts/task'
import { taskView } from '@mosaic/contracts/task'
import { checkpointOf, containing, pageOf, schemaOf, type WorkspaceTransaction } from '@mosaic/postgres'
import { sql } from 'kysely'
import { tasksProjection } from './projection.ts'
import type { TaskTables } from './tables.ts'

export type TaskFilter = {
  readonly status?: TaskStatus | undefined
  readonly missionId?: string | undefined
  readonly externalKey?: string | undefined
  /** Looked for in title and instructions, ignoring case. */
  readonly q?: string | undefined
  readonly limit: number
  /** `nextCursor` of the page before: a commit position. */
  readonly cursor?: string | undefined
}

/** The live model; any other generation (of an earlier position) is asked by naming its schema. */
const live = schemaOf(tasksProjection.name)

const tables = (transaction: WorkspaceTransaction, schema: string) =>
  transaction.withSchema(schema).$extendTables<TaskTables>()

/** One page of the tasks that the queue has or had to do with, newest first. */
export async function findTasks(
  transaction: WorkspaceTransaction,
  { status, missionId, externalKey, q, limit, cursor }: TaskFilter,
  schema: string = live,
): Promise<{ items: TaskView[]; nextCursor: string | null; position: string }> {
  const position = await checkpointOf(transaction, schema)
  const rows = await tables(transaction, schema)
    .selectFrom('tasks')
    .select(['view', 'created_position'])
    .where('is_queued', '=', true)
    .$if(status !== undefined, (query) => query.where('status', '=', status!))
    .$if(missionId !== undefined, (query) => query.where('mission_id', '=', missionId!))
    .$if(externalKey !== undefined, (query) => query.where('external_key', '=', externalKey!))
    .$if(q !== undefined, (query) => query.where(sql<boolean>`(title || ' ' || instructions) ilike ${containing(q!)}`))
    .$if(cursor !== undefined, (query) => query.where('created_position', '<', cursor!))
    .orderBy('created_position', 'desc')
    .limit(limit + 1)
    .execute()
  const { shown, nextCursor } = pageOf(rows, limit, (row) => row.created_position)
  return { items: shown.map(viewOf), nextCursor, position }
}

/** One task; undefined when the workspace has none of that id. */
export async function findTask(
  transaction: WorkspaceTransaction,
  taskId: string,
  schema: string = live,
): Promise<TaskView | undefined> {
  const row = await tables(transaction, schema)
    .selectFrom('tasks')
    .select('view')
    .where('task_id', '=', taskId)
    .executeTakeFirst()
  return row && viewOf(row)
}

/** How many tasks of each of these missions are in which status. */
export async function progressOf(
  transaction: WorkspaceTransaction,
  missionIds: readonly string[],
  schema: string = live,
): Promise<ReadonlyMap<string, Partial<Record<TaskStatus, number>>>> {
  if (missionIds.length === 0) return new Map()
  const rows = await tables(transaction, schema)
    .selectFrom('tasks')
    .select(['mission_id', 'status', (count) => count.fn.countAll<string>().as('count')])
    .where('mission_id', 'in', [...missionIds])
    .where('is_queued', '=', true)
    .groupBy(['mission_id', 'status'])
    .execute()
  const progress = new Map<string, Partial<Record<TaskStatus, number>>>()
  for (const { mission_id: missionId, status, count } of rows) {
    progress.set(missionId, { ...progress.get(missionId), [status]: Number(count) })
  }
  return progress
}

type Counts = Omit<QueueStats, 'paused' | 'position'>

/** The queue in numbers. Blocked is what waits for other tasks, delayed what else waits for a moment. */
export async function countQueue(
  transaction: WorkspaceTransaction,
  schema: string = live,
): Promise<Counts & { position: string }> {
  const position = await checkpointOf(transaction, schema)
  const table = sql.id(schema, 'tasks')
  const { rows } = await sql<Record<keyof Counts, string | null>>`
    with queued as (
      select status, waits_since, not_before, status = 'pending' and exists (
        select from jsonb_array_elements_text(view -> 'plan' -> 'dependsOn') as needed (task_id)
        join ${table} other on other.task_id = needed.task_id::uuid
        where other.status <> 'completed') as is_blocked
      from (
        select status, view, (view ->> 'createdAt')::timestamptz as waits_since,
          (view ->> 'notBefore')::timestamptz as not_before
        from ${table} where is_queued) as task
    )
    select
      count(*) filter (where status = 'pending') as pending,
      count(*) filter (where status = 'pending' and not is_blocked and not_before > now()) as delayed,
      count(*) filter (where is_blocked) as blocked,
      count(*) filter (where status = 'dispatched') as dispatched,
      count(*) filter (where status in ('assigned', 'executing')) as active,
      count(*) filter (where status = 'completed') as completed,
      count(*) filter (where status = 'failed') as failed,
      count(*) filter (where status = 'cancelled') as cancelled,
      extract(epoch from now() - min(waits_since) filter (
        where status in ('pending', 'dispatched') and not is_blocked and (not_before is null or not_before <= now())
      )) as "oldestAgeSeconds"
    from queued`.execute(transaction)
  const [counts] = rows
  const count = (name: keyof Counts) => Number(counts?.[name] ?? 0)
  const oldest = counts?.oldestAgeSeconds ?? null
  return {
    pending: count('pending'),
    delayed: count('delayed'),
    blocked: count('blocked'),
    dispatched: count('dispatched'),
    active: count('active'),
    completed: count('completed'),
    failed: count('failed'),
    cancelled: count('cancelled'),
    oldestAgeSeconds: oldest === null ? null : Number(oldest),
    position,
  }
}

const viewOf = (row: { view: unknown }): TaskView => taskView.parse(row.view)
