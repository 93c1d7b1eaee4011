// P13: kill-all of 100 running agents, each with five descendants and spawning more all the while: how long from the
// command to the proof that nothing of them is alive, who is left, and who was hit that was not meant.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Instance, startInstance } from '@mosaic/e2e/instance'
import { type JoinedWorker, joinWorkers } from '@mosaic/e2e/joined-worker'
import { createRepository } from '@mosaic/e2e/repositories'
import { eventually } from '@mosaic/kit'
import { apiOf } from '../api.ts'
import { percentile } from '../compare.ts'

const descendants = 5
const bar = 500

/** By the time that they would sleep the processes are told apart from everybody else's. */
const [stays, comesAndGoes, bystander] = ['86413', '1.7', '86414']

const family = (stay: string) =>
  `for i in 1 2 3 4 5; do setsid sleep ${stay} & done; while :; do setsid sleep ${comesAndGoes} & sleep 0.5; done`

/** @param options `--sandbox docker`, on the engine that DOCKER_HOST names; `--agents 20`; `--workers 4`, machines that have joined. */
export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { sandbox: { type: 'string' }, agents: { type: 'string', default: '100' }, workers: { type: 'string' } },
  })
  const agents = Number(values.agents)
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-kill-'))
  const env = { MOSAIC_LIMIT_INSTANCE: '200', ...(values.sandbox && { MOSAIC_SANDBOX: values.sandbox }) }
  const settings = { demo: false, speed: 20, env }
  const [instance, other] = await Promise.all([startInstance(settings), startInstance(settings)])
  const workers = await joinAll(instance, Number(values.workers ?? 0), agents)
  const outside = spawn('sleep', [bystander], { detached: true, stdio: 'ignore' })
  try {
    const spawned = await spawnFamilies(instance, { folder, stay: stays, count: agents })
    await spawnFamilies(other, { folder, stay: bystander, count: 1 })
    const bystanders = sleeping(bystander)
    const startedAt = now()
    await apiOf(instance).killAllAgents()
    const receipts = await Promise.all(spawned.map((sessionId) => receiptOf(instance, sessionId)))
    report(receipts.map(sinceCommand(startedAt)), {
      survivors: sleeping(stays).length,
      hurt: hurt(bystanders, outside),
    })
  } finally {
    outside.kill()
    await Promise.all(workers.map((worker) => worker.stop()))
    await Promise.all([instance.close(), other.close()])
    rmSync(folder, { recursive: true })
  }
}

/** Each has room for its share of the agents, and is asked for no more. */
function joinAll(instance: Instance, count: number, agents: number): Promise<JoinedWorker[]> {
  const names = Array.from({ length: count }, (_, index) => `worker-${index + 1}`)
  return count === 0
    ? Promise.resolve([])
    : joinWorkers(instance, names, { slots: Math.ceil(agents / count), patienceMs: 120_000 })
}

type Families = { readonly folder: string; readonly stay: string; readonly count: number }

async function spawnFamilies(instance: Instance, { folder, stay, count }: Families): Promise<string[]> {
  const scenario = join(folder, `${stay}.yaml`)
  const call = { tool: 'shell', input: { command: family(stay), timeout_seconds: 3000 } }
  const agent = { name: 'family', steps: [{ call }] }
  // JSON is YAML.
  writeFileSync(scenario, JSON.stringify({ name: 'family', description: 'Has children.', agents: [agent] }))
  const request = { repository: createRepository(), task: 'Have children.', model: `scripted:${scenario}` }
  const spawned: string[] = []
  // One after the other: this is no bench of spawning.
  while (spawned.length < count) spawned.push((await apiOf(instance).spawnAgent(request)).sessionId)
  await eventually('all agents with their children', () => sleeping(stay).length >= count * descendants, 300_000)
  return spawned
}

/** Pids of the processes that sleep for so many seconds. */
const sleeping = (seconds: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `sleep\0${seconds}\0`
    } catch {
      return false
    }
  })

const receiptOf = (instance: Instance, sessionId: string) =>
  eventually(
    'a kill receipt',
    async () => {
      const { killReceipt } = await apiOf(instance).getAgentStatus(sessionId)
      return killReceipt.some(({ step }) => step === 'descendants-cleared') ? killReceipt : undefined
    },
    120_000,
  )

type Receipt = Awaited<ReturnType<typeof receiptOf>>
type Times = { readonly signalled: number; readonly proved: number }

/** The receipts' times are this machine's. */
const now = () => performance.timeOrigin + performance.now()

const sinceCommand =
  (startedAt: number) =>
  (receipt: Receipt): Times => {
    const at = (wanted: string) => Date.parse(receipt.find(({ step }) => step === wanted)?.at ?? '') - startedAt
    return { signalled: at('signalled'), proved: at('descendants-cleared') }
  }

/** Those outside of the kill-all's scope that are not alive any more. */
function hurt(before: readonly string[], outside: ChildProcess): number {
  const alive = sleeping(bystander)
  const processes = before.filter((pid) => !alive.includes(pid)).length
  return processes + (outside.exitCode === null && outside.signalCode === null ? 0 : 1)
}

function report(times: readonly Times[], { survivors, hurt }: { survivors: number; hurt: number }): void {
  const of = (pick: (time: Times) => number, share: number) => percentile(times.map(pick), share).toFixed(0)
  const p99 = of(({ proved }) => proved, 0.99)
  console.log(`kill ${p99} (${of(({ proved }) => proved, 1)}) ms from command to proof, p99 of ${times.length} agents`)
  console.log(
    `  p50 ${of(({ proved }) => proved, 0.5)} ms, signalled after ${of(({ signalled }) => signalled, 0)} to ${of(({ signalled }) => signalled, 1)} ms; ` +
      `${survivors} survivors, ${hurt} bystanders hurt; bar < ${bar} ms, 0, 0`,
  )
  if (Number(p99) >= bar || survivors + hurt > 0) process.exitCode = 1
}
