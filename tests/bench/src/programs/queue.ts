// P15: tasks claimed by four workers, claims/s ÷ pulling the same items from JetStream and one durable append for each.
// `pnpm bench queue [--tasks 2000] [--pairs 5]`: some three minutes; the bar's own form, with 10000, takes a few times that. A
// claim is all that a worker does with an item until its agent is its own in the log; what agents do then is not measured. That
// none is claimed twice is looked up in the log of each round.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type ServiceProcess, startService } from '@mosaic/kit'
import { compare } from '../compare.ts'
import { Ground } from '../queue/ground.ts'

const workers = 4

export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { tasks: { type: 'string' }, pairs: { type: 'string' } },
  })
  const tasks = Number(values.tasks ?? 2000)
  const { ratio } = await compare({
    name: 'queue',
    unit: '× raw pull and append (claims/s)',
    better: 'higher',
    bar: '≥ 0.5',
    pairs: Number(values.pairs ?? 5),
    ours: { name: `${tasks} tasks, ${workers} orchestrators`, run: () => claimed(tasks) },
    reference: { name: `JetStream pull and one append, ${workers} processes`, run: () => pulled(tasks) },
  })
  if (ratio < 0.5) process.exitCode = 1
}

async function claimed(tasks: number): Promise<number> {
  const ground = await Ground.make(tasks)
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-queue-'))
  await ground.dispatchAll()
  const environment = {
    MOSAIC_EVENTSTORE_URL: ground.log.url,
    MOSAIC_NATS_URL: ground.nats.url,
    // Without one there is no queue; it is asked for nothing here.
    MOSAIC_COORDINATOR_URL: 'http://127.0.0.1:9',
    MOSAIC_LIMIT_INSTANCE: '100000',
    MOSAIC_LOG_LEVEL: 'warn',
  }
  const started = await Promise.all(
    Array.from({ length: workers }, (_, n) => {
      const own = { MOSAIC_DATA_DIR: join(folder, String(n)), MOSAIC_INSTANCE_ID: `worker-${n}` }
      return startService('services/orchestrator/test/with-idle-agents.ts', { ...environment, ...own })
    }),
  )
  // They stand still while the queue is filled: the clock counts what they do, not how fast it fills.
  const signal = (name: NodeJS.Signals) => started.forEach((worker: ServiceProcess) => worker.signal(name))
  signal('SIGSTOP')
  await ground.offerAll()
  const startedAt = performance.now()
  signal('SIGCONT')
  await ground.untilEmpty()
  const seconds = (performance.now() - startedAt) / 1000
  await eachOnce(ground)
  await Promise.all(started.map((worker) => worker.stop()))
  await ground.close()
  rmSync(folder, { recursive: true, force: true })
  return tasks / seconds
}

async function pulled(tasks: number): Promise<number> {
  const ground = await Ground.make(tasks)
  await ground.offerAll()
  const program = join(import.meta.dirname, '../queue/raw-claimer.ts')
  const children = Array.from({ length: workers }, () => fork(program, [ground.log.url, ground.nats.url]))
  await Promise.all(children.map((child) => once(child, 'message')))
  const startedAt = performance.now()
  for (const child of children) child.send('go')
  await ground.untilEmpty()
  const seconds = (performance.now() - startedAt) / 1000
  await Promise.all(children.map(ended))
  await ground.close()
  return tasks / seconds
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

/** Every task has one session, and that one claim. */
async function eachOnce({ store, items }: Ground): Promise<void> {
  const sessions = new Map<string, string>()
  const claims = new Map<string, number>()
  for await (const item of store.readAll({ filter: { eventTypes: ['AgentSpawnRequested', 'SessionClaimed'] } })) {
    if (item.kind !== 'event') throw new Error(item.reason.message)
    const { event } = item
    if (event.type === 'AgentSpawnRequested') {
      const { taskId, sessionId } = event.data
      if (sessions.has(taskId)) throw new Error(`the task ${taskId} has two agents`)
      sessions.set(taskId, sessionId)
    } else if (event.type === 'SessionClaimed') {
      claims.set(event.data.sessionId, (claims.get(event.data.sessionId) ?? 0) + 1)
    }
  }
  for (const { taskId } of items) {
    const times = claims.get(sessions.get(taskId) ?? '') ?? 0
    if (times !== 1) throw new Error(`the task ${taskId} was claimed ${times} times`)
  }
  if (sessions.size !== items.length) throw new Error(`${sessions.size} agents for ${items.length} tasks`)
}
