import { type SessionView, sessionView, type UsageTotal, usageTotal } from '@mosaic/contracts/agent-session'
import { schemaOf, type WorkspaceTransaction } from '@mosaic/postgres'
import { addTotals, noUsage } from '@mosaic/views'
import { sql } from 'kysely'
import { sessionTreeProjection } from './projection.ts'

/** A session, and what it has spent with all that it has spawned, and with its reviewers. */
export type SessionSpent = { readonly session: SessionView; readonly spent: UsageTotal }

/** Those of these sessions that there are, by their ids. */
export async function findSpent(
  transaction: WorkspaceTransaction,
  sessionIds: readonly string[],
  schema: string = schemaOf(sessionTreeProjection.name),
): Promise<ReadonlyMap<string, SessionSpent>> {
  if (sessionIds.length === 0) return new Map()
  const sessions = sql.id(schema, 'sessions')
  // Whoever belongs to a session is of its mission: no other is looked at.
  const { rows } = await sql<{ root: string; session_id: string; view: unknown }>`
    with recursive tree as (
      select session_id as root, session_id, mission_id from ${sessions} where session_id = any(${[...sessionIds]}::uuid[])
      union
      select tree.root, other.session_id, other.mission_id from tree join ${sessions} other
        on other.mission_id = tree.mission_id
        and (other.parent_session_id = tree.session_id or other.view #>> '{reviews,sessionId}' = tree.session_id::text)
    )
    select root, session_id, view from tree join ${sessions} using (session_id)`.execute(transaction)
  const spent = new Map<string, SessionSpent>()
  for (const [root, members] of Map.groupBy(rows, (row) => row.root)) {
    const own = members.find((row) => row.session_id === root)
    const usages = members.map(({ view }) => usageTotal.parse((view as { usage: unknown }).usage))
    if (own) spent.set(root, { session: sessionView.parse(own.view), spent: usages.reduce(addTotals, noUsage) })
  }
  return spent
}
