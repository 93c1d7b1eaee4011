// F1 for the product: kill -9 at random moments under a load of agents. `node product-kill.ts [--kills 200] [--seed N]`
// Passes when nothing acknowledged is lost or doubled, agents end as if nothing had been, and read models equal a rebuild.
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startInstance } from '@mosaic/e2e/instance'
import { processesOf } from '@mosaic/e2e/processes'
import { createRepository } from '@mosaic/e2e/repositories'
import { type ComponentName, componentNames } from '@mosaic/local-tier'
import { Random } from './eventstore-random.ts'
import { Ledger, runAgents } from './product-load.ts'
import { type Check, judge, pidOf } from './product-verdict.ts'

/** The event store has fault programs of its own, and a model that dies in the middle is what agents have to live with. */
const spared: readonly ComponentName[] = ['eventstore', 'scripted-model']
const components = componentNames.filter((name) => !spared.includes(name))
const agentsAtOnce = 2
const longestLifeMs = 2500
const restartWithinMs = 60_000

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } })
const kills = Number(values.kills ?? 20)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const random = new Random(seed)
console.log(`seed ${seed}, ${kills} kills of ${components.join(', ')}`)

const instance = await startInstance({ demo: false, speed: 20 })
const checks: Check[] = []
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void instance.close().finally(() => process.exit(130)))
try {
  const repository = createRepository(instance.folder)
  const ledger = new Ledger(join(instance.folder, 'ledger'))
  const stop = new AbortController()
  const agents = Promise.allSettled(
    Array.from({ length: agentsAtOnce }, () => runAgents({ instance, ledger, repository, signal: stop.signal })),
  )
  // Every component gets its turns in an order that the seed decides.
  const turns: string[] = []
  for (let kill = 1; kill <= kills; kill += 1) {
    if (turns.length === 0) turns.push(...components)
    const [component = ''] = turns.splice(random.between(0, turns.length - 1), 1)
    await pause(random.next() * longestLifeMs)
    checks.push(await killOnce(component, kill))
  }
  stop.abort()
  const outcomes = await agents
  const sessions = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []))
  const stuck = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []))
  const acknowledged = ledger.read()
  console.log(`${sessions.length} agents, ${acknowledged.length} commands acknowledged`)
  checks.push({ name: 'every command is answered and every agent ends', faults: stuck })
  checks.push(...(await judge(instance, acknowledged, repository)))
} finally {
  await instance.close()
}
const left = processesOf(instance.folder).map(({ pid, command }) => `${pid} ${command}`)
checks.push({ name: 'no process is left', faults: left })

const failed = checks.filter(({ faults }) => faults.length > 0)
for (const { name, faults } of failed)
  console.log(
    `✗ ${name}\n${faults
      .slice(0, 10)
      .map((fault) => `    ${fault}`)
      .join('\n')}`,
  )
if (failed.length > 0) console.log(`again with: --kills ${kills} --seed ${seed}`)
console.log(`${checks.length - failed.length} passed, ${failed.length} failed`)
process.exit(failed.length > 0 ? 1 : 0)

/** Waits for the component's process, kills it, and waits until another one is there. */
async function killOnce(component: string, kill: number): Promise<Check> {
  const name = `kill ${kill}: ${component} comes back`
  const before = await processOf(component)
  if (before === null) return { name, faults: ['it was not running'] }
  process.kill(before, 'SIGKILL')
  return { name, faults: (await processOf(component, before)) === null ? ['no new process'] : [] }
}

async function processOf(component: string, before?: number): Promise<number | null> {
  const deadline = performance.now() + restartWithinMs
  while (performance.now() < deadline) {
    const pid = pidOf(instance.data, component)
    if (pid !== null && pid !== before) return pid
    await pause(50)
  }
  return null
}
