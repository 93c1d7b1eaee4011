// P6: one projection caught up from JetStream ÷ the same rows written raw, and ÷ emmett's projector; one Postgres for all.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@mosaic/embedded-postgres'
import { eventually, startMessaging, storedRecordOf } from '@mosaic/kit'
import { connectMessaging } from '@mosaic/messaging'
import { compare, inFlight } from '../compare.ts'
import { emmettSide } from '../project/emmett.ts'
import { history } from '../project/history.ts'
import { oursSide } from '../project/ours.ts'
import { rawSide } from '../project/raw.ts'

const sessions = 100
const messages = 299

export async function run(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'mosaic-bench-project-'))
  const [nats, postgres] = await Promise.all([startMessaging(), startPostgres({ data })])
  const messaging = connectMessaging({ url: nats.url, name: 'bench' })
  await eventually('a connection', () => messaging.connected())
  const records = history(sessions, messages)
  await messaging.eventStream.ensure()
  await inFlight(256, records.length, (n) =>
    messaging.eventStream.publish(storedRecordOf(records[n]!), n === 0 ? null : records[n - 1]!.position, n + 1),
  )
  const ours = oursSide(postgres.url, messaging, records)
  const settings = { name: 'project', better: 'higher', ours } as const
  // The raw side writes the rows that ours left, so ours goes once before.
  await ours.run(0)
  await compare({
    ...settings,
    unit: '× raw unnest upserts (events/s)',
    bar: '≥ 0.5',
    reference: rawSide(postgres.url),
  })
  const emmett = await emmettSide(postgres.url, records)
  await compare({ ...settings, unit: "× emmett's projector (events/s)", bar: '≥ 10', reference: emmett })
  await messaging.close()
  await Promise.all([nats.close(), postgres.close()])
  rmSync(data, { recursive: true, force: true })
}
