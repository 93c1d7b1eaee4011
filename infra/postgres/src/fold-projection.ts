import { foldEvents, keyText, type View } from '@mosaic/contracts/kernel'
import { sql, type Transaction } from 'kysely'
import type { NoTables } from './connect.ts'
import { storableText } from './json.ts'
import { defineProjection, type MosaicEventType, type ProjectedEvent, type Projection } from './projection.ts'
import { textArray } from './text-array.ts'
import { upsertRows } from './upsert.ts'

type Row = Readonly<Record<string, unknown>>

/** Where the states of a view are kept: a row each, so that a batch costs one look-up and one statement. */
export type FoldTarget<State, Written extends Row, Stored extends Row> = {
  readonly table: string
  /** Column → Postgres type. */
  readonly columns: Readonly<Record<keyof Written & string, string>>
  /** The primary key. */
  readonly key: readonly (keyof Written & string)[]
  /** The columns of the view's key, in its order. Of several rows under one key the last one by primary key counts. */
  readonly lookUp: readonly (keyof Written & string)[]
  rowOf(state: State): Written
  /** The state of a row as the driver reads it: `bigint` and `numeric` are text, moments are `Date`. */
  stateOf(row: Stored): State
}

type Definition<State, Written extends Row, Stored extends Row> = Pick<
  Projection,
  'name' | 'version' | 'categories' | 'migrations' | 'scope'
> &
  FoldTarget<State, Written, Stored>

/** A read model whose rows are the states of a view. An event of a state that never began makes its batch fail. */
export function foldProjection<
  State,
  Event extends { readonly type: MosaicEventType },
  Written extends Row,
  Stored extends Row,
>(view: View<State, Event>, definition: Definition<State, Written, Stored>): Projection {
  const { name, version, categories, migrations, scope, table, columns, key } = definition
  return defineProjection({
    name,
    version,
    categories,
    migrations,
    scope,
    handles: view.handles,
    tables: { [table]: { key } },
    async apply(transaction, events) {
      const own = events as readonly (ProjectedEvent & Event)[]
      const known = await load(transaction, view, definition, own)
      const rows = foldEvents(view, own, { known, onOrphan }).map((state) => definition.rowOf(state))
      // A beginning that is delivered twice in one batch is one row.
      const byKey = new Map(rows.map((row) => [keyText(key.map((column) => row[column])), row]))
      await upsertRows(transaction, { table, columns, key, onConflict: 'update' }, [...byKey.values()])
    },
  })
}

function onOrphan(event: { readonly type: string }, key: string): never {
  throw new Error(`${event.type} of ${key}, which nobody asked for`)
}

/** The stored states that a batch goes on from. */
async function load<State, Event extends { readonly type: string }, Written extends Row, Stored extends Row>(
  transaction: Transaction<NoTables>,
  view: View<State, Event>,
  { table, columns, key, lookUp, stateOf }: FoldTarget<State, Written, Stored>,
  events: readonly Event[],
): Promise<Map<string, State>> {
  const wanted = new Map<string, readonly string[]>()
  for (const event of events) {
    if (view.beginsAnew?.(event)) continue
    const parts = view.keyOf(event)
    wanted.set(keyText(parts), parts)
  }
  if (wanted.size === 0) return new Map()
  const keys = [...wanted.values()]
  const arrays = lookUp.map((_, part) => sql`${textArray(keys.map((parts) => storableText(parts[part]!)))}::text[]`)
  const names = sql.join(lookUp.map((column) => sql.id(column)))
  const wantedKey = sql.join(lookUp.map((column) => sql`${sql.id(column)}::${sql.raw(columns[column])}`))
  const { rows } = await sql<Stored>`
    select ${sql.join(Object.keys(columns).map((column) => sql.id(column)))} from ${sql.id(table)}
    where (${names}) in (select ${wantedKey} from unnest(${sql.join(arrays)}) as wanted (${names}))
    order by ${sql.join(key.map((column) => sql.id(column)))}`.execute(transaction)
  return new Map(rows.map((row) => [keyText(lookUp.map((column) => row[column])), stateOf(row)]))
}
