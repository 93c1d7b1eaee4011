// A kill-all in the middle of spawning. `node kill-while-spawning.ts [--agents 150] [--rounds 3]`
// So many agents are asked for at once on one repository, each of which spawns another, and while they come up and more
// are asked for, all are killed. Passes when nobody lives then or comes up later, every round.
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { hasEnded } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { RefusedError, startInstance } from '@mosaic/e2e/instance'
import { createRepository } from '@mosaic/e2e/repositories'
import { agentPrograms } from './agent-programs.ts'

const { values } = parseArgs({ options: { agents: { type: 'string' }, rounds: { type: 'string' } } })
const agents = Number(values.agents ?? 150)
const rounds = Number(values.rounds ?? 3)
const missionControl = '/api/mission-control'
/** An agent that was being spawned when all were killed would be there by then. */
const lateMs = 5_000

const faults: string[] = []
const env = { MOSAIC_LIMIT_INSTANCE: '1000', MOSAIC_LIMIT_MISSION: '1000' }
const instance = await startInstance({ demo: false, speed: 20, env })
try {
  const repository = createRepository(instance.folder)
  const model = `scripted:${scenario()}`
  for (let round = 1; round <= rounds; round++)
    await play(round, { repository, task: 'lead', model, agentType: 'lead' })
} finally {
  await instance.close().catch((error: unknown) => faults.push(String(error)))
}
for (const fault of faults) console.log(`✗ ${fault}`)
console.log(faults.length === 0 ? 'passed' : `${faults.length} failed`)
process.exit(faults.length > 0 ? 1 : 0)

function programs(): string[] {
  return agentPrograms(instance.folder)
}

function scenario(): string {
  const file = join(instance.folder, 'scenario.yaml')
  const sleep = { call: { tool: 'shell', input: { command: 'sleep 3000', timeout_seconds: 3000 } } }
  const spawn = { call: { tool: 'spawn_agent', input: { task: 'work', agent_type: 'worker' } } }
  const lead = { name: 'lead', match: { task: 'lead' }, steps: [spawn, sleep] }
  const worker = { name: 'worker', match: { task: 'work' }, steps: [sleep] }
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ name: 'spawning', description: 'Spawns.', agents: [lead, worker] }))
  return file
}

async function play(round: number, request: object): Promise<void> {
  let accepted = 0
  const spawn = async () => {
    const answer = await ask(`${missionControl}/sessions`, request)
    if (answer !== 'FLEET_FROZEN') accepted++
  }
  const first = Array.from({ length: agents }, spawn)
  const some = agents / 5
  await until(`round ${round}: ${some} agents run, others are being spawned`, async () => {
    return accepted >= some && (await living()).some(({ status }) => status === 'running')
  })
  const killing = ask(`${missionControl}/kill-all`, { confirm: 'KILL ALL' })
  const late = Array.from({ length: 20 }, spawn)
  const killedAt = performance.now()
  await Promise.all([killing, ...first, ...late])
  const seconds = ((performance.now() - killedAt) / 1000).toFixed(1)
  await until(`round ${round}: nobody lives; ${accepted} had been accepted, answered after ${seconds} s`, nobodyLives)
  await pause(lateMs)
  const alive = await living()
  if (alive.length > 0) faults.push(`round ${round}: ${alive.length} came up after the kill-all`)
  if (programs().length > 0) faults.push(`round ${round}: ${programs().length} programs of agents run`)
  await ask(`${missionControl}/fleet/unfreeze`, {})
}

async function nobodyLives(): Promise<boolean> {
  return (await living()).length === 0 && programs().length === 0
}

/** Asks until the outcome is known. */
async function ask(path: string, body: object): Promise<unknown> {
  const key = randomUUID()
  for (;;) {
    try {
      return await instance.request('POST', path, body, key)
    } catch (error) {
      if (error instanceof RefusedError && error.status === 409) return codeOf(error)
      // A busy machine answers late, or not in time: the same again is the same command.
      const isUnknown = !(error instanceof RefusedError) || error.status >= 500
      if (!isUnknown) throw error
      await pause(200)
    }
  }
}

function codeOf({ message }: RefusedError): string | undefined {
  return /"code":"(\w+)"/.exec(message)?.[1]
}

async function living() {
  const sessions: { sessionId: string; status: string }[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`
    const answer = await instance.request('GET', `${missionControl}/sessions?limit=200${query}`)
    const page = gatewayRoutes.sessions.answer.parse(answer)
    sessions.push(...page.items.filter(({ status }) => !hasEnded(status)))
    cursor = page.nextCursor
  }
  return sessions
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 300_000
  while (!(await condition().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`)
    await pause(200)
  }
  console.log(`  ${what}`)
}
