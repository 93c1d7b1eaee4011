import { agentSessionEvents, type AgentSessionEventType } from '@mosaic/contracts/agent-session'
import { defineProjection, type NoTables, upsertRows } from '@mosaic/postgres'
import { sql, type Transaction } from 'kysely'
import { type Effect, effectOf, notice, type SessionEvent } from './entry.ts'
import { entries } from './migrations/001-entries.ts'
import { type ConversationTables, entryColumns, type EntryRow } from './tables.ts'

/** Everything that was said and done in a session, an entry per fact, paged by revision. */
export const conversationProjection = defineProjection({
  name: 'conversation',
  version: 2,
  categories: ['agentSession'],
  handles: Object.keys(agentSessionEvents) as AgentSessionEventType[],
  migrations: [entries],
  tables: { entries: { key: ['session_id', 'revision'] } },
  async apply(transaction, events) {
    const steps = events.map((event) => ({ event, effect: effectOf(event) }))
    const batch = new Batch(await loadCompleted(transaction, steps))
    for (const step of steps) batch.fold(step)
    const key = ['session_id', 'revision']
    await upsertRows(
      transaction,
      { table: 'entries', columns: entryColumns, key, onConflict: 'update' },
      batch.changedRows(),
    )
  },
})

type Step = { readonly event: SessionEvent; readonly effect: Effect }

const referenceKey = (sessionId: string, reference: string) => `${sessionId} ${reference}`

/** The rows that a batch adds or completes; a reference means the newest entry that carries it. */
class Batch {
  readonly #byReference = new Map<string, EntryRow>()
  readonly #changed = new Map<string, EntryRow>()

  constructor(stored: readonly EntryRow[]) {
    for (const row of stored) this.#byReference.set(referenceKey(row.session_id, row.reference!), row)
  }

  fold({ event, effect }: Step): void {
    const { sessionId } = event.data
    if (effect.kind === 'add') {
      this.#add(event, effect.reference, effect.entry)
      return
    }
    const row = this.#byReference.get(referenceKey(sessionId, effect.reference))
    if (row) this.#put({ ...row, entry: effect.complete(row.entry) })
    else this.#add(event, null, notice(event))
  }

  changedRows(): EntryRow[] {
    return [...this.#changed.values()]
  }

  #add({ data, revision, metadata }: SessionEvent, reference: string | null, entry: EntryRow['entry']): void {
    this.#put({ session_id: data.sessionId, revision, workspace_id: metadata.workspaceId, reference, entry })
  }

  #put(row: EntryRow): void {
    this.#changed.set(`${row.session_id} ${row.revision}`, row)
    if (row.reference !== null) this.#byReference.set(referenceKey(row.session_id, row.reference), row)
  }
}

/** The stored entries that this batch completes and does not itself add, oldest first. */
async function loadCompleted(transaction: Transaction<NoTables>, steps: readonly Step[]): Promise<EntryRow[]> {
  const begun = new Set<string>()
  const wanted = new Map<string, { sessionId: string; reference: string }>()
  for (const { event, effect } of steps) {
    if (effect.reference === null) continue
    const { sessionId } = event.data
    const key = referenceKey(sessionId, effect.reference)
    if (effect.kind === 'add') begun.add(key)
    else if (!begun.has(key)) wanted.set(key, { sessionId, reference: effect.reference })
  }
  if (wanted.size === 0) return []
  const pairs = [...wanted.values()]
  return transaction
    .$extendTables<ConversationTables>()
    .selectFrom('entries')
    .selectAll()
    .where(
      sql<boolean>`(session_id, reference) in (select * from unnest(
        ${pairs.map((pair) => pair.sessionId)}::uuid[], ${pairs.map((pair) => pair.reference)}::text[]))`,
    )
    .orderBy('revision')
    .execute()
}
