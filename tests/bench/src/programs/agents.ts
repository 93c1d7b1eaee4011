// P14: 100 scripted agents at once: memory of the whole system, how late the event loops of gateway and orchestrator are, and
// whether anybody waits longer between steps than others do. `pnpm bench agents [--agents 100] [--steps 20]`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { type Instance, startInstance } from '@mosaic/e2e/instance'
import { createRepository } from '@mosaic/e2e/repositories'
import { connectEventStore } from '@mosaic/event-store'
import { eventually } from '@mosaic/kit'
import { delayOf, idleProcess } from '../agents/loop-delay.ts'
import { type Course, courseOf } from '../agents/steps-of.ts'
import { type Use, useOf } from '../agents/system.ts'
import { apiOf } from '../api.ts'
import { median, percentile } from '../compare.ts'

const bars = { memoryBytes: 4 * 1024 ** 3, delayMs: 50, patience: 3 }
const sampleMs = 2000

export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { agents: { type: 'string' }, steps: { type: 'string' } },
  })
  const [agents, steps] = [Number(values.agents ?? 100), Number(values.steps ?? 20)]
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-agents-'))
  const instance = await startInstance({ demo: false, env: { MOSAIC_LIMIT_INSTANCE: String(agents) } })
  try {
    report(await measure(instance, { agents, model: scenarioIn(folder, steps) }))
  } finally {
    await instance.close()
    rmSync(folder, { recursive: true })
  }
}

/** Says something, runs a small command, and so on: most of an agent's life is waiting for its model. */
function scenarioIn(folder: string, steps: number): string {
  const file = join(folder, 'agents.yaml')
  const call = { tool: 'shell', input: { command: 'date +%s >> steps.txt', timeout_seconds: 60 } }
  const finish = { call: { tool: 'finish', input: { outcome: 'completed', summary: 'done' } } }
  const speed = { tokensPerSecond: 60, firstTokenMs: 300 }
  const step = { say: 'I go on with the next part of the work, and look at what came of it.', call }
  const own = [
    ...Array.from({ length: steps }, () => step),
    { ...finish, repeat: { while: { isError: true }, max: 2 } },
  ]
  // JSON is YAML.
  const scenario = { name: 'agents', description: 'Works.', speed, agents: [{ name: 'worker', steps: own }] }
  writeFileSync(file, JSON.stringify(scenario))
  return `scripted:${file}`
}

type Measured = {
  readonly courses: readonly Course[]
  readonly most: Use
  readonly cpuShare: number
  readonly delays: { readonly gateway: number; readonly orchestrator: number; readonly idle: number }
}

async function measure(instance: Instance, { agents, model }: { agents: number; model: string }): Promise<Measured> {
  const api = apiOf(instance)
  const repository = createRepository(instance.folder)
  const services = ['gateway', 'orchestrator'] as const
  // From here on: what was before the agents does not count.
  await Promise.all(services.map((service) => delayOf(instance, service)))
  const idle = idleProcess()
  const [before, begunAt] = [useOf(instance.data), performance.now()]
  const uses = [before]
  const spawned = await Promise.all(
    Array.from({ length: agents }, () => api.spawnAgent({ repository, task: 'Work.', model })),
  )
  await eventually(
    'all agents to have ended',
    async () => {
      await wait(sampleMs)
      uses.push(useOf(instance.data))
      const [spawning, running] = await Promise.all(['spawning', 'running'].map((status) => thereIs(instance, status)))
      return !spawning && !running
    },
    1_800_000,
  )
  const seconds = (performance.now() - begunAt) / 1000
  const [gateway, orchestrator] = await Promise.all(services.map((service) => delayOf(instance, service)))
  const store = connectEventStore({ connectionString: instance.run.eventstore, instanceId: 'bench' })
  const courses: Course[] = []
  for (const { sessionId } of spawned) courses.push(await courseOf(store, sessionId))
  await store.close()
  const highest = (part: keyof Use) => Math.max(...uses.map((use) => use[part]))
  return {
    courses,
    most: {
      memoryBytes: highest('memoryBytes'),
      cpuSeconds: highest('cpuSeconds') - before.cpuSeconds,
      connections: highest('connections'),
    },
    cpuShare: (highest('cpuSeconds') - before.cpuSeconds) / seconds / availableParallelism(),
    delays: { gateway: gateway!, orchestrator: orchestrator!, idle: await idle.end() },
  }
}

async function thereIs(instance: Instance, status: string): Promise<boolean> {
  const { path, answer } = gatewayRoutes.sessions
  return answer.parse(await instance.request('GET', `${path}?status=${status}&limit=1`)).items.length > 0
}

function report({ courses, most, cpuShare, delays }: Measured): void {
  const gaps = courses.flatMap(({ gapsMs }) => gapsMs)
  const longest = Math.max(...gaps) / median(gaps)
  const late = Math.max(delays.gateway, delays.orchestrator) - delays.idle
  const seconds = (pick: (course: Course) => number, share: number) =>
    (percentile(courses.map(pick), share) / 1000).toFixed(1)
  console.log(
    `agents ${courses.length} at once: ${(most.memoryBytes / 1024 ** 3).toFixed(2)} GB, ${late.toFixed(0)} ms late`,
  )
  console.log(
    `  event-loop delay p99: gateway ${delays.gateway.toFixed(0)}, orchestrator ${delays.orchestrator.toFixed(0)}, idle process ${delays.idle.toFixed(0)} ms; ` +
      `between steps: median ${median(gaps).toFixed(0)} ms, longest ${longest.toFixed(1)} ×; ` +
      `spawn p50 ${seconds(({ spawnMs }) => spawnMs, 0.5)}, longest ${seconds(({ spawnMs }) => spawnMs, 1)} s; ` +
      `completion p50 ${seconds(({ completionMs }) => completionMs, 0.5)}, longest ${seconds(({ completionMs }) => completionMs, 1)} s; ` +
      `CPU ${(cpuShare * 100).toFixed(0)} % of ${availableParallelism()} cores; ${most.connections} sockets; ` +
      `bar < 4 GB, < ${bars.delayMs} ms above idle, ≤ ${bars.patience} × the median`,
  )
  if (most.memoryBytes >= bars.memoryBytes || late >= bars.delayMs || longest > bars.patience) process.exitCode = 1
}
