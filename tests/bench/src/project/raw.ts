import { Client } from 'pg'
import type { Side } from '../compare.ts'

const batch = 1000

/**
 * The floor: the rows that the projector wrote, made ready beforehand, by one multi-row upsert and one checkpoint per
 * transaction of 1000, on one connection and without waiting for the disk.
 */
export function rawSide(postgresUrl: string): Side {
  return {
    name: 'raw unnest upserts',
    async run() {
      const client = new Client({ connectionString: postgresUrl })
      await client.connect()
      const { rows } = await client.query<Record<string, string>>(
        'select session_id, revision, workspace_id, reference, entry::text as entry from conversation.entries order by entry->>$1',
        ['position'],
      )
      const columns = ['session_id', 'revision', 'workspace_id', 'reference', 'entry']
      const batches = Array.from({ length: Math.ceil(rows.length / batch) }, (_, at) => {
        const part = rows.slice(at * batch, (at + 1) * batch)
        return columns.map((column) => part.map((row) => row[column]))
      })
      await client.query(`
        drop table if exists raw_entries, raw_checkpoint;
        create table raw_entries (like conversation.entries including indexes);
        create table raw_checkpoint (position bigint);
        insert into raw_checkpoint values (0);
        set synchronous_commit = off`)
      const start = performance.now()
      for (const [at, arrays] of batches.entries()) {
        await client.query('begin')
        await client.query(
          `insert into raw_entries (${columns.join(', ')})
            select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::jsonb[])
            on conflict (session_id, revision) do update set workspace_id = excluded.workspace_id,
              reference = excluded.reference, entry = excluded.entry`,
          arrays,
        )
        await client.query('update raw_checkpoint set position = $1', [at])
        await client.query('commit')
      }
      const rate = (rows.length / (performance.now() - start)) * 1000
      await client.end()
      return rate
    },
  }
}
