import type { VerifyAnswer } from '@mosaic/contracts/http'
import type { NoTables, Projection } from '@mosaic/postgres'
import { type RawBuilder, sql, type Transaction } from 'kysely'

export type Digest = { readonly rows: number; readonly digest: string }

/**
 * A digest of a generation's rows that does not depend on their order: per table the number of rows and the sums of
 * the four quarters of each row's SHA-256. Postgres adds them up; no row travels.
 */
export async function digestOf(
  transaction: Transaction<NoTables>,
  projection: Projection,
  schema: string,
): Promise<Digest> {
  const tables = Object.keys(projection.tables).sort()
  let rows = 0
  const parts: string[] = []
  for (const table of tables) {
    const quarter = (n: number) =>
      sql`coalesce(sum(('x' || substr(hash, ${sql.lit(1 + n * 16)}, 16))::bit(64)::bigint), 0)`
    const { rows: answer } = await sql<{ rows: string; sums: string }>`
      select count(*) as rows, concat_ws(':', ${sql.join([0, 1, 2, 3].map(quarter))}) as sums from (
        select encode(sha256(convert_to(to_jsonb(t)::text, 'UTF8')), 'hex') as hash from ${sql.id(schema, table)} t
      ) hashes`.execute(transaction)
    rows += Number(answer[0]!.rows)
    parts.push(`${table}:${answer[0]!.rows}:${answer[0]!.sums}`)
  }
  const { rows: answer } = await sql<{ digest: string }>`
    select encode(sha256(convert_to(${parts.join('|')}, 'UTF8')), 'hex') as digest`.execute(transaction)
  return { rows, digest: answer[0]!.digest }
}

/** The first row, by table and key, that is in one generation only or differs between the two. */
export async function firstDifference(
  transaction: Transaction<NoTables>,
  projection: Projection,
  schemas: { live: string; rebuilt: string },
): Promise<VerifyAnswer['firstDifference']> {
  for (const table of Object.keys(projection.tables).sort()) {
    const key = projection.tables[table]!.key
    const rowsOf = (schema: string): RawBuilder<unknown> => sql`
      (select jsonb_build_array(${sql.join(key.map((column) => sql`t.${sql.id(column)}`))}) as key, to_jsonb(t) as content
        from ${sql.id(schema, table)} t)`
    const { rows } = await sql<{ key: unknown[]; live: unknown; rebuilt: unknown }>`
      select key, l.content as live, r.content as rebuilt
      from ${rowsOf(schemas.live)} l full join ${rowsOf(schemas.rebuilt)} r using (key)
      where l.content is distinct from r.content order by key limit 1`.execute(transaction)
    const found = rows[0]
    if (found) return { table, key: found.key.map(String).join('/'), live: found.live, rebuilt: found.rebuilt }
  }
  return null
}
