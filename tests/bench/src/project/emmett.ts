import type { RawRecord } from '@mosaic/contracts/kernel'
import { SQL } from '@event-driven-io/dumbo'
import {
  getPostgreSQLEventStore,
  postgreSQLEventStoreConsumer,
  postgreSQLRawSQLProjection,
} from '@event-driven-io/emmett-postgresql'
import { Client } from 'pg'
import type { Side } from '../compare.ts'

type Said = { type: string; data: { sessionId: string; n: number; entry: string } }

/** emmett's own: its event store in the same Postgres, its consumer, its projector with a statement per event. */
export async function emmettSide(postgresUrl: string, records: readonly RawRecord[]): Promise<Side> {
  const store = getPostgreSQLEventStore(postgresUrl)
  await store.schema.migrate()
  const types = [...new Set(records.map((record) => record.type))]
  for (let at = 0; at < records.length; at += 100) {
    const events = records.slice(at, at + 100).map((record, index) => ({
      type: record.type,
      data: { sessionId: record.streamId, n: at + index, entry: JSON.stringify(record.data) },
    }))
    await store.appendToStream(`bench-${at}`, events)
  }
  await store.close()
  return {
    name: 'emmett projector',
    async run(round) {
      const client = new Client({ connectionString: postgresUrl })
      await client.connect()
      await client.query(`drop table if exists emmett_entries;
        create table emmett_entries (session_id text not null, n bigint not null, entry jsonb not null, primary key (session_id, n))`)
      const consumer = postgreSQLEventStoreConsumer({
        connectionString: postgresUrl,
        stopWhen: { noMessagesLeft: true },
        pulling: { batchSize: 1000 },
      })
      consumer.projector<Said>({
        processorId: `bench-${round}-${Date.now()}`,
        startFrom: 'BEGINNING',
        projection: postgreSQLRawSQLProjection<Said>({
          name: `bench-${round}`,
          canHandle: types,
          evolve: ({ data }) => SQL`
            insert into emmett_entries (session_id, n, entry)
            values (${data.sessionId}, ${data.n}, ${data.entry}::jsonb)
            on conflict (session_id, n) do update set entry = excluded.entry`,
        }),
      })
      const start = performance.now()
      await consumer.start()
      const rate = (records.length / (performance.now() - start)) * 1000
      await consumer.close()
      const { rows } = await client.query<{ n: string }>(`select count(*) as n from emmett_entries`)
      if (Number(rows[0]?.n) !== records.length) throw new Error(`emmett wrote ${rows[0]?.n} of ${records.length} rows`)
      await client.query(`drop table emmett_entries`)
      await client.end()
      return rate
    },
  }
}
