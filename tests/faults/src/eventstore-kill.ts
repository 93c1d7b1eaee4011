// F1: kill -9 at random moments under load. `node eventstore-kill.ts [--kills 500] [--seed N]`
// Passes when nothing acknowledged is lost or doubled, revisions have no gap and positions grow.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { EventStoreDBClient } from '@eventstore/db-client'
import { verifyStore } from '@mosaic/eventstore-node'
import { judge, Ledger } from './eventstore-ledger.ts'
import { freePort, startNode } from './eventstore-process.ts'
import { Random } from './eventstore-random.ts'
import { StreamWriter } from './eventstore-writers.ts'

const WRITERS = 8
/** A node lives until so many more appends were acknowledged, and a moment longer. */
const MOST_APPENDS = 60
const MOMENT_MS = 15
const PATIENCE_MS = 5000

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } })
const kills = Number(values.kills ?? 500)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const random = new Random(seed)
const folder = mkdtempSync(join(tmpdir(), 'eventstore-kill-'))
const data = join(folder, 'store')
const ledger = new Ledger(join(folder, 'ledger'))
console.log(`seed ${seed}, ${kills} kills, ${WRITERS} writers, in ${folder}`)

// A broken append stream of one client rejects what others wait for, too; those appends are simply sent again.
process.on('uncaughtException', (fault) => {
  if (!/iterable|UNAVAILABLE|CANCELLED|INTERNAL/.test(String(fault))) throw fault
})

const port = await freePort()
let node = await startNode(data, port)
let client = EventStoreDBClient.connectionString(node.url)
const writers = Array.from({ length: WRITERS }, () => new StreamWriter(ledger, random))
const running = Promise.all(writers.map((writer) => writer.run(() => client)))

for (let kill = 1; kill <= kills; kill++) {
  const goal = ledger.entries.length + random.between(0, MOST_APPENDS)
  const until = Date.now() + PATIENCE_MS
  while (ledger.entries.length < goal && Date.now() < until) await pause(1)
  await pause(random.next() * MOMENT_MS)
  await node.kill()
  const old = client
  node = await startNode(data, port)
  client = EventStoreDBClient.connectionString(node.url)
  void old.dispose().catch(() => {})
  if (kill % 50 === 0) console.log(`${kill} kills, ${ledger.events} events acknowledged`)
}

for (const writer of writers) writer.stop()
await running
const verdict = await judge(node.url, ledger)
await node.stop()
const verification = verifyStore(data)
console.log(JSON.stringify({ kills, ...verdict, verified: verification.events }))
const passed = verdict.lost === 0 && verdict.doubled === 0 && verdict.acknowledged > 0
console.log(passed ? 'passed' : `FAILED (seed ${seed})`)
if (passed) rmSync(folder, { recursive: true })
process.exit(passed ? 0 : 1)
