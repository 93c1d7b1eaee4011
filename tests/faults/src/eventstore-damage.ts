// F3: a damaged store. `node eventstore-damage.ts [--flips 300] [--seed N] [--stride 1]`
// Cuts the log at every byte of its last transaction, and flips bits in log and store. Passes when a store opens with
// at most that transaction gone, or is refused by name, and no reader ever gets anything that was not written.
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { startEventStoreNode, verifyStore } from '@mosaic/eventstore-node'
import { freePort, startNode } from './eventstore-process.ts'
import { Random } from './eventstore-random.ts'

const STREAMS = 5
const ROUNDS = 40
const LAST_TRANSACTION = 3

const { values } = parseArgs({
  options: { flips: { type: 'string' }, seed: { type: 'string' }, stride: { type: 'string' } },
})
const flips = Number(values.flips ?? 300)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const stride = Number(values.stride ?? 1)
const random = new Random(seed)
const folder = mkdtempSync(join(tmpdir(), 'eventstore-damage-'))
const [crashed, closed, trial] = ['crashed', 'closed', 'trial'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
]

const append = (client: EventStoreDBClient, stream: string, count: number) => {
  const events = Array.from({ length: count }, (_, n) =>
    jsonEvent({ type: 'Kept', data: { n, filler: 'y'.repeat(random.between(0, 300)) } }),
  )
  return client.appendToStream(stream, events)
}

/** Every event as one line: from $all and again stream by stream, for the two take different ways to the data. */
async function readAll(url: string): Promise<string[]> {
  const client = EventStoreDBClient.connectionString(url)
  const lines: string[] = []
  const line = (event: { streamId: string; revision: bigint; id: string; data: unknown }) =>
    `${event.streamId}@${event.revision} ${event.id} ${JSON.stringify(event.data)}`
  try {
    for await (const { event } of client.readAll()) if (event) lines.push(line(event))
    const byStream: string[] = []
    for (let n = 0; n < STREAMS; n++) {
      for await (const { event } of client.readStream(`kept-${n}`)) if (event) byStream.push(line(event))
    }
    if (byStream.toSorted().join('\n') !== lines.toSorted().join('\n'))
      throw new Error('WRONG: $all and streams differ')
    return lines
  } finally {
    await client.dispose()
  }
}

/** Size of the log before the last transaction. */
let logBefore = 0

async function prepare(): Promise<string[]> {
  const data = join(folder, 'origin')
  const node = await startNode(data, await freePort())
  const client = EventStoreDBClient.connectionString(node.url)
  for (let round = 0; round < ROUNDS; round++) await append(client, `kept-${round % STREAMS}`, random.between(1, 8))
  logBefore = statSync(join(data, 'events.db-wal')).size
  await append(client, 'kept-0', LAST_TRANSACTION)
  const truth = await readAll(node.url)
  await client.dispose()
  await node.kill()
  cpSync(data, crashed, { recursive: true })
  const again = await startNode(data, await freePort())
  await again.stop()
  cpSync(data, closed, { recursive: true })
  return truth
}

const truth = await prepare()
const walSize = statSync(join(crashed, 'events.db-wal')).size
const outcomes: Record<string, number> = {}
const wrong: string[] = []
const count = (outcome: string) => {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
}

function cutLog(bytes: number): void {
  rmSync(trial, { recursive: true, force: true })
  cpSync(crashed, trial, { recursive: true })
  rmSync(join(trial, 'events.db-shm'), { force: true })
  truncateSync(join(trial, 'events.db-wal'), walSize - bytes)
  const { events } = verifyStore(trial)
  if (events === truth.length) count('cut: whole')
  else if (events === truth.length - LAST_TRANSACTION) count('cut: last transaction gone')
  else wrong.push(`cut ${bytes}: ${events} of ${truth.length} events`)
}

/** Opens what is in `trial` and reads it. */
async function judge(what: string): Promise<void> {
  try {
    await using node = await startEventStoreNode({ data: trial })
    const found = await readAll(node.connectionString)
    const whole = found.join('\n') === truth.join('\n')
    const withoutLast = found.join('\n') === truth.slice(0, -LAST_TRANSACTION).join('\n')
    if (whole) count(`${what}: unharmed`)
    else if (withoutLast) count(`${what}: last transaction gone`)
    else wrong.push(`${what}: read ${found.length} of ${truth.length} events`)
  } catch (fault) {
    const { name, message } = fault as Error
    if (message.startsWith('WRONG')) wrong.push(`${what}: ${message}`)
    else count(`${what}: refused (${/damaged|DATA_LOSS/.test(message) ? 'damaged' : name})`)
  }
}

async function flip(source: string, file: string): Promise<void> {
  rmSync(trial, { recursive: true, force: true })
  cpSync(source, trial, { recursive: true })
  rmSync(join(trial, 'events.db-shm'), { force: true })
  const path = join(trial, file)
  const bytes = readFileSync(path)
  const at = random.between(0, bytes.length - 1)
  bytes[at] = bytes[at]! ^ (1 << random.between(0, 7))
  writeFileSync(path, bytes)
  const before = wrong.length
  await judge(file)
  if (wrong.length > before) wrong[wrong.length - 1] += ` (byte ${at})`
}

process.on('uncaughtException', (fault) => {
  if (!/iterable/.test(String(fault))) throw fault
})
console.log(`seed ${seed}, ${truth.length} events, log of ${walSize} bytes, in ${folder}`)
const lastTransaction = walSize - logBefore
for (let bytes = 0; bytes <= lastTransaction; bytes += stride) {
  try {
    cutLog(bytes)
  } catch (fault) {
    wrong.push(`cut ${bytes}: ${(fault as Error).message}`)
  }
}
for (let n = 0; n < flips; n++) await flip(n % 2 ? crashed : closed, n % 2 ? 'events.db-wal' : 'events.db')
rmSync(folder, { recursive: true })
console.log(JSON.stringify(outcomes, undefined, 1))
for (const line of wrong.slice(0, 20)) console.log(line)
console.log(wrong.length === 0 ? 'passed' : `FAILED: ${wrong.length} wrong (seed ${seed})`)
process.exit(wrong.length === 0 ? 0 : 1)
