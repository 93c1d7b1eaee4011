// Workers that die and stand still. `node many-workers.ts [--tasks 12] [--faults 4] [--seed N]`
// Four machines have joined an instance (`mosaic worker join`, a data folder each) and work on one queue, while one after the
// other gets kill -9 (and joins again) or SIGSTOP for a while. Each agent appends a numbered line per step to a file. Passes
// when every task has ended once, with one agent; no line is there twice and none is missing without the log saying so (it
// marks what was interrupted, and what was lost with its machine); and no process, container or worktree is left.
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { startInstance } from '@mosaic/e2e/instance'
import { type JoinedWorker, joinWorkers, worktreesIn } from '@mosaic/e2e/joined-worker'
import { processesOf } from '@mosaic/e2e/processes'
import { createRepository } from '@mosaic/e2e/repositories'
import { faultsOf, readLog } from '@mosaic/e2e/whole-log'
import { agentPrograms } from './agent-programs.ts'
import { countedBy, countingModel, faultsOfTask, hasEnded, readTold, storyOf, type Told } from './counting-agents.ts'
import { Random } from './eventstore-random.ts'
import type { Check } from './product-verdict.ts'

const { values } = parseArgs({
  options: { tasks: { type: 'string' }, faults: { type: 'string' }, seed: { type: 'string' } },
})
const tasks = Number(values.tasks ?? 12)
const faults = Number(values.faults ?? 4)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const random = new Random(seed)
const [names, slots, steps] = [['one', 'two', 'three', 'four'], 4, 8]
/** Between two faults, and how long one stands still: some are called dead meanwhile, others not. In milliseconds. */
const [betweenMs, stillMs] = [3000, 12_000]
const patienceMs = 180_000 + tasks * 10_000
console.log(`seed ${seed}: ${tasks} tasks, ${names.length} workers, ${faults} faults`)

const checks: Check[] = []
const instance = await startInstance({ demo: false, speed: 50, env: { MOSAIC_LIMIT_INSTANCE: '100' } })
let workers: JoinedWorker[] = []
const end = async () => {
  await Promise.all(workers.map((worker) => worker.stop()))
  await instance.close()
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void end().finally(() => process.exit(130)))
try {
  workers = await joinWorkers(instance, names, { slots, patienceMs })
  const repository = createRepository(instance.folder)
  const model = countingModel(instance.folder, steps)
  const task = { instructions: 'Count.', repository, branch: 'main', model, sandbox: 'bubblewrap', maxRetries: 0 }
  for (let n = 0; n < tasks; n++) await instance.request('POST', gatewayRoutes.addTask.path, task)
  await untilAtWork()
  checks.push({ name: 'every worker that was hit came back', faults: await hitWorkers() })
  const told = await untilEnded()
  judge(told, repository)
  checks.push({ name: 'nothing of the agents is left', faults: await untilNothingIsLeft() })
  checks.push({
    name: 'the log has no gap and no event twice',
    faults: faultsOf(await readLog(instance.run.eventstore)),
  })
  for (const { name, equal, firstDifference } of await instance.verifyAll()) {
    const different = equal ? [] : [JSON.stringify(firstDifference)]
    checks.push({ name: `the read model ${name} equals its rebuild`, faults: different })
  }
} catch (error) {
  checks.push({ name: 'it could be played to its end', faults: [String(error)] })
} finally {
  await end()
}
const left = processesOf(instance.folder).map(({ pid, command }) => `${pid} ${command}`)
checks.push({ name: 'no process is left', faults: left })

const failed = checks.filter((check) => check.faults.length > 0)
for (const { name, faults: found } of failed) console.log(`✗ ${name}\n    ${found.slice(0, 40).join('\n    ')}`)
if (failed.length > 0) console.log(`again with: --tasks ${tasks} --faults ${faults} --seed ${seed}`)
console.log(`${checks.length - failed.length} passed, ${failed.length} failed`)
process.exit(failed.length > 0 ? 1 : 0)

/** One fault after the other, each on a worker that is well just now. */
async function hitWorkers(): Promise<string[]> {
  const trouble: string[] = []
  const well = new Set(workers)
  const under: Promise<void>[] = []
  for (let fault = 1; fault <= faults; fault++) {
    await pause(random.next() * betweenMs)
    while (well.size < 2) await pause(50)
    const worker = [...well][random.between(0, well.size - 1)]!
    const isKill = random.next() < 0.5
    const awayMs = random.next() * stillMs
    well.delete(worker)
    const hit = isKill ? killed(worker) : stopped(worker, awayMs)
    console.log(
      `  fault ${fault}: ${isKill ? 'kill -9' : `SIGSTOP for ${(awayMs / 1000).toFixed(1)} s`} of ${worker.name}`,
    )
    const done = hit.catch((error: unknown) => void trouble.push(String(error))).finally(() => well.add(worker))
    under.push(done)
  }
  await Promise.all(under)
  return trouble
}

async function killed(worker: JoinedWorker): Promise<void> {
  if (!worker.signal('SIGKILL')) throw new Error(`${worker.name} was not there: ${worker.logged()}`)
  await worker.ended()
  await worker.start()
}

async function stopped(worker: JoinedWorker, awayMs: number): Promise<void> {
  if (!worker.signal('SIGSTOP')) throw new Error(`${worker.name} was not there: ${worker.logged()}`)
  await pause(awayMs)
  worker.signal('SIGCONT')
}

async function untilAtWork(): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const { sessions } = await readTold(instance.run.eventstore)
    const atWork = [...sessions.values()].filter((events) => events.some(({ type }) => type === 'ToolCompleted'))
    if (atWork.length >= Math.min(tasks, names.length)) return
    if (performance.now() > deadline) throw new Error(`only ${atWork.length} agents work`)
    await pause(500)
  }
}

async function untilEnded(): Promise<Told> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const told = await readTold(instance.run.eventstore)
    if ([...told.tasks.values()].filter(hasEnded).length >= tasks || performance.now() > deadline) return told
    await pause(1000)
  }
}

function judge({ tasks: byTask, sessions }: Told, repository: string): void {
  const endings = [...byTask].flatMap(([taskId, events]) => faultsOfTask(taskId, events))
  if (byTask.size !== tasks) endings.push(`there are ${byTask.size} tasks`)
  checks.push({ name: 'every task has ended once, with one agent', faults: endings })
  const counted = [...sessions].map(([id, events]) => countedBy(id, events, repository, steps))
  const sum = (of: 'interrupted' | 'lost' | 'claims') => counted.reduce((all, agent) => all + agent[of], 0)
  console.log(
    `${counted.length} agents, claimed ${sum('claims')} times: ${sum('interrupted')} steps interrupted, ${sum('lost')} lost with their machine`,
  )
  checks.push({ name: 'no step is there twice or missing unsaid', faults: counted.flatMap((agent) => agent.faults) })
}

/** What agents held is given back after their end. */
async function untilNothingIsLeft(): Promise<string[]> {
  const deadline = performance.now() + 60_000
  for (;;) {
    const programs = agentPrograms(instance.folder).map((pid) => `process ${pid} of an agent`)
    const trees = [...workers.flatMap((worker) => worker.worktrees()), ...worktreesIn(instance.data)]
    if (programs.length + trees.length === 0) return []
    if (performance.now() > deadline)
      return [...programs, ...(await withStories(trees)), ...workers.map((worker) => worker.logged())]
    await pause(500)
  }
}

/** Who had the session of each worktree, and what it came to. */
async function withStories(trees: readonly string[]): Promise<string[]> {
  const { sessions } = await readTold(instance.run.eventstore)
  return trees.map((tree) => {
    const story = [...sessions].find(([id]) => tree.includes(id))
    return `${tree}: ${story ? storyOf(story[1]) : 'of no session in the log'}`
  })
}
