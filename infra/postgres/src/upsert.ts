import { type RawBuilder, sql, type Transaction } from 'kysely'
import { jsonText, storableText } from './json.ts'
import { type Scalar, textArray } from './text-array.ts'

export type UpsertTarget = {
  readonly table: string
  /** Column → Postgres type, for instance `{ session_id: 'uuid', view: 'jsonb' }`. */
  readonly columns: Readonly<Record<string, string>>
  readonly key: readonly string[]
  /** What happens to a row whose key is there: all other columns are replaced, or the row is left alone. */
  readonly onConflict: 'update' | 'nothing'
}

/** Writes many rows in one statement, one array per column (`unnest`). A key may stand in `rows` only once. */
export async function upsertRows<DB>(
  transaction: Transaction<DB>,
  target: UpsertTarget,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  if (rows.length === 0) return
  const columns = Object.entries(target.columns)
  const arrays = columns.map(([name, type]) => sql`${textArray(rows.map((row) => scalar(row[name], type)))}::text[]`)
  const names = sql.join(columns.map(([name]) => sql.id(name)))
  const values = sql.join(columns.map(([name, type]) => sql`${sql.id(name)}::${sql.raw(type)}`))
  await sql`insert into ${sql.id(target.table)} (${names})
    select ${values} from unnest(${sql.join(arrays)}) as given (${names})
    on conflict (${sql.join(target.key.map((name) => sql.id(name)))}) do ${resolution(target)}`.execute(transaction)
}

function resolution({ columns, key, onConflict }: UpsertTarget): RawBuilder<unknown> {
  const others = Object.keys(columns).filter((name) => !key.includes(name))
  if (onConflict === 'nothing' || others.length === 0) return sql`nothing`
  return sql`update set ${sql.join(others.map((name) => sql`${sql.id(name)} = excluded.${sql.id(name)}`))}`
}

function scalar(value: unknown, type: string): Scalar {
  if (value === null || value === undefined) return null
  if (type === 'jsonb') return jsonText(value)
  return typeof value === 'string' ? storableText(value) : (value as Scalar)
}
