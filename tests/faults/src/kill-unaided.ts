// Kill-all while something is away. `node kill-unaided.ts [--agents 10] [--away eventstore,nats,postgres,orchestrator,gateway]`
// So many agents work, each with children of its own; a part of the instance stands still (SIGSTOP: it takes connections
// and answers nobody, which is worse than gone), and all are killed through the gateway; without the gateway, by the CLI, which
// finds out first that it does not answer. Passes when every process is gone within five seconds of that, and the receipts are whole and in their order once that part goes on.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { startInstance } from '@mosaic/e2e/instance'
import { createRepository } from '@mosaic/e2e/repositories'
import { agentPrograms } from './agent-programs.ts'
import { pidOf } from './product-verdict.ts'

const { values } = parseArgs({ options: { agents: { type: 'string' }, away: { type: 'string' } } })
const agents = Number(values.agents ?? 10)
const parts = (values.away ?? 'eventstore,nats,postgres,orchestrator,gateway').split(',')
const missionControl = '/api/mission-control'
/** Within which every process has to be gone; and how long the CLI takes to begin and to give the gateway up. */
const [goneMs, gatewayMs] = [5_000, 10_000]
/** Within which things that have to come do so, on a machine that may be busy. */
const patienceMs = 180_000
/** The shell, and what it starts. */
const programsEach = 3
const receipt = ['requested', 'signalled', 'exit-observed', 'descendants-cleared', 'resources-released']

const faults: string[] = []
let passed = 0
const env = { MOSAIC_LIMIT_INSTANCE: '200' }
const instance = await startInstance({ demo: false, speed: 20, env })
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void instance.close().finally(() => process.exit(130)))
try {
  const repository = createRepository(instance.folder)
  const model = `scripted:${scenario()}`
  for (const part of parts) {
    const before = faults.length
    await killWithout(part, { repository, task: 'Sleep.', model })
    if (faults.length === before) passed += 1
  }
} finally {
  await instance.close().catch((error: unknown) => faults.push(String(error)))
}
for (const fault of faults) console.log(`✗ ${fault}`)
console.log(`${passed} passed, ${parts.length - passed} failed`)
process.exit(faults.length > 0 || passed < parts.length ? 1 : 0)

function scenario(): string {
  const file = join(instance.folder, 'scenario.yaml')
  const command = 'sleep 3000 & setsid sleep 3000 & sleep 3000'
  const sleep = { call: { tool: 'shell', input: { command, timeout_seconds: 3000 } } }
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({ name: 'sleep', description: 'Sleeps.', agents: [{ name: 'a', steps: [sleep] }] }),
  )
  return file
}

/** Seen twice: of what is just being begun or ended, one look at all processes may miss one. */
async function areGone(): Promise<boolean> {
  if (programs() > 0) return false
  await pause(100)
  return programs() === 0
}

async function killWithout(part: string, request: object): Promise<void> {
  const sessionIds: string[] = []
  while (sessionIds.length < agents) {
    const spawned = await instance.request('POST', `${missionControl}/sessions`, request)
    sessionIds.push(gatewayRoutes.spawn.answer.parse(spawned).sessionId)
  }
  await until(`${agents} agents work`, async () => programs() >= agents * programsEach)
  const still = processesOf(part)
  for (const pid of still) process.kill(pid, 'SIGSTOP')
  try {
    const startedAt = performance.now()
    const asked = killAll(part)
    asked.catch(() => undefined)
    const withinMs = part === 'gateway' ? gatewayMs + goneMs : goneMs
    while (!(await areGone()) && performance.now() - startedAt < withinMs) await pause(20)
    const [left, seconds] = [programs(), ((performance.now() - startedAt) / 1000).toFixed(1)]
    console.log(`  ${part} away: ${left} processes left after ${seconds} s`)
    if (left > 0) faults.push(`${part} away: ${left} processes are left after ${seconds} s`)
    const { sessionIds: hit, unconfirmed } = await asked
    if (sessionIds.some((id) => !hit.includes(id))) faults.push(`${part} away: the answer does not name all`)
    if (unconfirmed.length > 0) faults.push(`${part} away: ${unconfirmed.length} were not confirmed`)
  } finally {
    for (const pid of still) process.kill(pid, 'SIGCONT')
  }
  for (const sessionId of sessionIds) {
    await until(`${part} is back: the receipt of ${sessionId}`, () => hasReceipt(sessionId))
    faults.push(...(await wrongIn(sessionId)).map((fault) => `${part} is back: ${sessionId} ${fault}`))
  }
  console.log(`  ${part} is back: ${sessionIds.length} receipts are whole`)
  await instance.request('POST', `${missionControl}/fleet/unfreeze`, {})
}

async function killAll(part: string) {
  const reason = `${part} is away`
  const answer =
    part === 'gateway'
      ? await instance.json('fleet', 'kill', '--yes', '--no-wait', '--reason', reason)
      : await instance.request('POST', `${missionControl}/kill-all`, { confirm: 'KILL ALL', reason })
  return gatewayRoutes.killAll.answer.parse(answer)
}

async function look(sessionId: string) {
  return gatewayRoutes.session.answer.parse(await instance.request('GET', `${missionControl}/sessions/${sessionId}`))
}

async function hasReceipt(sessionId: string): Promise<boolean> {
  return (await look(sessionId)).killReceipt.length >= receipt.length
}

async function wrongIn(sessionId: string): Promise<string[]> {
  const { status, killReceipt } = await look(sessionId)
  const steps = killReceipt.map(({ step }) => step).join()
  const times = killReceipt.map(({ at }) => at).join()
  const sorted = killReceipt.map(({ at }) => at).toSorted()
  return [
    ...(status === 'killed' ? [] : [`is ${status}`]),
    ...(steps === receipt.join() ? [] : [`has the receipt ${steps}`]),
    ...(times === sorted.join() ? [] : [`has a receipt that goes back in time: ${times}`]),
  ]
}

function programs(): number {
  return agentPrograms(instance.folder).length
}

/** A part's process, with those that do its work (of Postgres every connection has its own). */
function processesOf(part: string): number[] {
  const pid = pidOf(instance.data, part)
  if (pid === null) throw new Error(`${part} does not run`)
  return part === 'postgres' ? [pid, ...childrenOf(pid)] : [pid]
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
        return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(parent)
      } catch {
        return false
      }
    })
    .map(Number)
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs
  let last: unknown
  for (;;) {
    const isSo = await condition().catch((error: unknown) => {
      last = error
      return false
    })
    if (isSo) return
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`, { cause: last })
    await pause(200)
  }
}
