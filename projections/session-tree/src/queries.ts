import {
  type AgentType,
  type Completion,
  type SessionStatus,
  type SessionTree,
  type SessionView,
  sessionView,
} from '@mosaic/contracts/agent-session'
import { beyondHoles } from './beyond-holes.ts'
import { checkpointOf, containing, pageOf, schemaOf, type WorkspaceTransaction } from '@mosaic/postgres'
import { sql } from 'kysely'
import { sessionTreeProjection } from './projection.ts'
import type { SessionTreeTables } from './tables.ts'

export type SessionFilter = {
  readonly status?: SessionStatus | undefined
  /** It waits for an approval. */
  readonly asks?: true | undefined
  readonly sessionId?: string | undefined
  readonly outcome?: Completion | undefined
  readonly agentType?: AgentType | undefined
  readonly modelProvider?: string | undefined
  readonly missionId?: string | undefined
  readonly parentSessionId?: string | undefined
  /** Looked for in name and task, ignoring case. */
  readonly q?: string | undefined
  readonly limit: number
  /** `nextCursor` of the page before: a commit position. */
  readonly cursor?: string | undefined
}

/** Sessions at the top, shown in one tree at most. */
const mostRoots = 500

/** The live model; any other generation (of an earlier position) is asked by naming its schema. */
const live = schemaOf(sessionTreeProjection.name)

const tables = (transaction: WorkspaceTransaction, schema: string) =>
  transaction.withSchema(schema).$extendTables<SessionTreeTables>()

/** One page of sessions, newest first. */
export async function findSessions(
  transaction: WorkspaceTransaction,
  filter: SessionFilter,
  schema: string = live,
): Promise<{ items: SessionView[]; nextCursor: string | null; position: string }> {
  const { status, asks, sessionId, outcome, agentType, modelProvider, missionId, parentSessionId, q, limit, cursor } =
    filter
  const position = await checkpointOf(transaction, schema)
  const rows = await tables(transaction, schema)
    .selectFrom('sessions')
    .select(['view', 'requested_position'])
    .$if(status !== undefined, (query) => query.where('status', '=', status!))
    .$if(sessionId !== undefined, (query) => query.where('session_id', '=', sessionId!))
    .$if(asks === true, (query) => query.where('asks', '=', true))
    .$if(outcome !== undefined, (query) => query.where('outcome', '=', outcome!))
    .$if(agentType !== undefined, (query) => query.where('agent_type', '=', agentType!))
    .$if(modelProvider !== undefined, (query) => query.where('model_provider', '=', modelProvider!))
    .$if(missionId !== undefined, (query) => query.where('mission_id', '=', missionId!))
    .$if(parentSessionId !== undefined, (query) => query.where('parent_session_id', '=', parentSessionId!))
    .$if(q !== undefined, (query) => query.where(sql<boolean>`(name || ' ' || task) ilike ${containing(q!)}`))
    .$if(cursor !== undefined, (query) => query.where('requested_position', '<', cursor!))
    .orderBy('requested_position', 'desc')
    .limit(limit + 1)
    .execute()
  const { shown, nextCursor } = pageOf(rows, limit, (row) => row.requested_position)
  return { items: await beyondHoles(transaction, schema, shown.map(viewOf)), nextCursor, position }
}

/** One session; undefined when the workspace has none of that id. */
export async function findSession(
  transaction: WorkspaceTransaction,
  sessionId: string,
  schema: string = live,
): Promise<SessionView | undefined> {
  const row = await tables(transaction, schema)
    .selectFrom('sessions')
    .select('view')
    .where('session_id', '=', sessionId)
    .executeTakeFirst()
  return row && (await beyondHoles(transaction, schema, [viewOf(row)]))[0]
}

/**
 * Sessions under those that spawned them, newest first on every level; of the roots only the newest 500. Whose parent
 * the model does not hold (its first event is parked) stands at the top: nobody may be out of sight.
 */
export async function findSessionTree(
  transaction: WorkspaceTransaction,
  filter: { readonly missionId?: string | undefined } = {},
  schema: string = live,
): Promise<{ roots: SessionTree[]; position: string }> {
  const position = await checkpointOf(transaction, schema)
  const sessions = sql.id(schema, 'sessions')
  const mission = filter.missionId === undefined ? sql`true` : sql`mission_id = ${filter.missionId}::uuid`
  const { rows } = await sql<{ view: unknown }>`
    with recursive tree as (
      (select session_id from ${sessions} top
        where ${mission} and (parent_session_id is null
          or not exists (select from ${sessions} parent where parent.session_id = top.parent_session_id))
        order by requested_position desc limit ${mostRoots})
      union all
      select child.session_id from ${sessions} child join tree on child.parent_session_id = tree.session_id
    )
    select view from tree join ${sessions} using (session_id) order by requested_position desc`.execute(transaction)
  return { roots: grow(await beyondHoles(transaction, schema, rows.map(viewOf))), position }
}

const viewOf = (row: { view: unknown }): SessionView => sessionView.parse(row.view)

function grow(sessions: readonly SessionView[]): SessionTree[] {
  const nodes = new Map(
    sessions.map((session): [string, SessionTree] => [session.sessionId, { ...session, children: [] }]),
  )
  const roots: SessionTree[] = []
  for (const node of nodes.values()) {
    const parent = node.parentSessionId === null ? undefined : nodes.get(node.parentSessionId)
    ;(parent?.children ?? roots).push(node)
  }
  return roots
}
