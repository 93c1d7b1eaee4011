import { type MissionStatus, missionView, type MissionView } from '@mosaic/contracts/mission'
import { checkpointOf, pageOf, schemaOf, type WorkspaceTransaction } from '@mosaic/postgres'
import { missionsProjection } from './projection.ts'
import type { MissionTables } from './tables.ts'

export type MissionFilter = {
  readonly status?: MissionStatus | undefined
  readonly limit: number
  /** `nextCursor` of the page before: a commit position. */
  readonly cursor?: string | undefined
}

/** The live model; any other generation (of an earlier position) is asked by naming its schema. */
const live = schemaOf(missionsProjection.name)

const tables = (transaction: WorkspaceTransaction, schema: string) =>
  transaction.withSchema(schema).$extendTables<MissionTables>()

/** One page of missions, newest first. */
export async function findMissions(
  transaction: WorkspaceTransaction,
  { status, limit, cursor }: MissionFilter,
  schema: string = live,
): Promise<{ items: MissionView[]; nextCursor: string | null; position: string }> {
  const position = await checkpointOf(transaction, schema)
  const rows = await tables(transaction, schema)
    .selectFrom('missions')
    .select(['view', 'created_position'])
    .$if(status !== undefined, (query) => query.where('status', '=', status!))
    .$if(cursor !== undefined, (query) => query.where('created_position', '<', cursor!))
    .orderBy('created_position', 'desc')
    .limit(limit + 1)
    .execute()
  const { shown, nextCursor } = pageOf(rows, limit, (row) => row.created_position)
  return { items: shown.map(viewOf), nextCursor, position }
}

/** One mission; undefined when the workspace has none of that id. */
export async function findMission(
  transaction: WorkspaceTransaction,
  missionId: string,
  schema: string = live,
): Promise<MissionView | undefined> {
  const row = await tables(transaction, schema)
    .selectFrom('missions')
    .select('view')
    .where('mission_id', '=', missionId)
    .executeTakeFirst()
  return row && viewOf(row)
}

const viewOf = (row: { view: unknown }): MissionView => missionView.parse(row.view)
