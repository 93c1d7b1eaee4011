// F2: a disk that fails. `node eventstore-disk.ts` (root, for a small tmpfs; strace, for EIO from fdatasync)
// Passes when nothing is acknowledged that is not on disk, reads go on, and writes come back when the disk does.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { judge, Ledger } from './eventstore-ledger.ts'
import { freePort, type NodeProcess, startNode } from './eventstore-process.ts'

const BALLAST = 64 * 1024

interface Trial {
  node: NodeProcess
  client: EventStoreDBClient
  ledger: Ledger
  /** Appends once; false when it was refused. */
  append: () => Promise<boolean>
}

async function begin(data: string, ledgerFile: string, tracer: string[] = []): Promise<Trial> {
  const node = await startNode(data, await freePort(), tracer)
  const client = EventStoreDBClient.connectionString(node.url)
  const ledger = new Ledger(ledgerFile)
  const append = async () => {
    const event = jsonEvent({ type: 'Filling', data: { filler: 'x'.repeat(20_000) } })
    try {
      const { nextExpectedRevision } = await client.appendToStream('filling', event, { deadline: 10_000 })
      ledger.add({ stream: 'filling', ids: [event.id], revision: Number(nextExpectedRevision) })
      return true
    } catch {
      return false
    }
  }
  return { node, client, ledger, append }
}

async function countEvents(client: EventStoreDBClient): Promise<number> {
  let count = 0
  for await (const _ of client.readStream('filling')) count++
  return count
}

async function finish(
  name: string,
  { node, client, ledger }: Trial,
  recovered: boolean,
  reads: number,
): Promise<boolean> {
  const verdict = await judge(node.url, ledger)
  await client.dispose()
  await node.stop()
  const passed = recovered && reads > 0 && verdict.lost === 0 && verdict.doubled === 0
  console.log(JSON.stringify({ trial: name, recovered, readsWhileFailing: reads, ...verdict, passed }))
  return passed
}

/** The disk is full; then somebody makes room. */
async function fullDisk(folder: string): Promise<boolean> {
  const mount = join(folder, 'small')
  mkdirSync(mount)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mount])
  try {
    const ballast = join(mount, 'ballast')
    writeFileSync(ballast, Buffer.alloc(BALLAST * 48))
    const trial = await begin(join(mount, 'store'), join(folder, 'ledger-full'))
    while (await trial.append());
    const reads = await countEvents(trial.client)
    const stillRefused = !(await trial.append())
    rmSync(ballast)
    let recovered = false
    for (let i = 0; i < 50 && !recovered; i++) recovered = await trial.append()
    return await finish('ENOSPC', trial, stillRefused && recovered, reads)
  } finally {
    execFileSync('umount', ['-l', mount])
  }
}

/** fdatasync fails for a while: from the 40th call on, twenty times. */
async function failingSync(folder: string): Promise<boolean> {
  const inject = 'inject=fdatasync,fsync:error=EIO:when=40..60'
  const tracer = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fdatasync,fsync', '-e', inject]
  const trial = await begin(join(folder, 'sync'), join(folder, 'ledger-sync'), tracer)
  let refused = 0
  let reads = 0
  for (let i = 0; i < 200; i++) {
    if (await trial.append()) continue
    refused++
    reads = await countEvents(trial.client)
    await pause(10)
  }
  return finish('EIO', trial, refused > 0 && (await trial.append()), reads)
}

process.on('uncaughtException', (fault) => {
  if (!/iterable/.test(String(fault))) throw fault
})
const folder = mkdtempSync(join(tmpdir(), 'eventstore-disk-'))
const results = [await fullDisk(folder), await failingSync(folder)]
rmSync(folder, { recursive: true })
console.log(results.every(Boolean) ? 'passed' : 'FAILED')
process.exit(results.every(Boolean) ? 0 : 1)
