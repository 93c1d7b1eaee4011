import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { componentNames } from '@mosaic/local-tier'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Instance, mosaic, startInstance } from './instance.ts'
import { processesOf } from './processes.ts'
import { agentBranches, createRepository, runAt } from './repositories.ts'
import { faultsOf, readLog, readPublished } from './whole-log.ts'

// The demo runs while one process after the other is killed; afterwards nothing of it may show.
let instance: Instance
let answering: NodeJS.Timeout

const patiently = { timeout: 90_000, interval: 300 }

const sessions = async (): Promise<SessionView[]> =>
  gatewayRoutes.sessions.answer.parse(await instance.request('GET', '/api/mission-control/sessions?limit=200')).items
const leads = async () => (await sessions()).filter(({ agentType }) => agentType === 'lead')

beforeAll(async () => {
  instance = await startInstance({ demo: true, speed: 4 })
  // The person who answers what the writer asks. While something is down there is nobody to ask; the next look will do.
  answering = setInterval(() => void answer().catch(() => {}), 2000)
})
afterAll(async () => {
  clearInterval(answering)
  await instance?.close()
})

const answers = new Map<string, string>()
async function answer(): Promise<void> {
  for (const { sessionId, waiting } of await sessions()) {
    if (!waiting) continue
    // One key for one question: however often the answer is sent, it counts once.
    const key = answers.get(waiting.questionId) ?? randomUUID()
    answers.set(waiting.questionId, key)
    const body = { text: waiting.options[0] ?? 'Go on.' }
    await instance.request('POST', `/api/mission-control/sessions/${sessionId}/inject`, body, key)
  }
}

/** A mission that is under way: the demo's, or another one like it where that has ended before its time. */
async function missionUnderWay(): Promise<void> {
  if ((await leads()).some(({ status }) => !hasEnded(status))) return
  const repository = join(instance.data, 'demo/repo')
  const task = 'Read the code, have the failing test fixed and the documentation written, and review both.'
  const mission = { repository, branch: 'main', agentType: 'lead', model: 'scripted:demo', task }
  await instance.request('POST', '/api/mission-control/sessions', mission)
}

it.each(componentNames.toReversed())('%s comes back after kill -9 while agents are at work', async (component) => {
  await missionUnderWay()
  const pid = await instance.kill(component)
  await expect
    .poll(async () => {
      const { [component]: killed, ...others } = await instance.status()
      const status = [killed, ...Object.values(others)].every((one) => one?.status === 'healthy') && killed?.pid !== pid
      return status || { [component]: killed, ...others }
    }, patiently)
    .toBe(true)
})

it('the mission ends as it does undisturbed', async () => {
  const endings = async () => (await leads()).map(({ status, failure }) => ({ status, failure }))
  const all = (await leads()).map(() => ({ status: 'completed', failure: null }))
  await expect.poll(endings, { ...patiently, timeout: 180_000 }).toEqual(all)
  await expect.poll(async () => (await sessions()).every(({ status }) => hasEnded(status)), patiently).toBe(true)
  expect((await sessions()).map(({ status }) => status)).toEqual(Array(3 * all.length).fill('completed'))
})

it('the branches have commits, and their tests pass', () => {
  const repository = join(instance.data, 'demo/repo')
  const branches = agentBranches(repository).filter(({ commits }) => commits > 0)
  expect(branches.length).toBeGreaterThanOrEqual(3)
  for (const { branch } of branches)
    expect(runAt(instance.folder, { repository, branch }, 'node --test')).toMatch(/fail 0/)
})

it('the log has every revision and no event twice, and NATS got it in this order', async () => {
  const log = await readLog(instance.run.eventstore)
  expect(faultsOf(log)).toEqual([])
  await expect
    .poll(() => readPublished(instance.run.nats), patiently)
    .toEqual((await readLog(instance.run.eventstore)).map(({ id }) => id))
})

it('every read model equals one rebuilt from the log', async () => {
  const verified = await instance.verifyAll()
  expect(verified).not.toEqual([])
  expect(verified.flatMap(({ name, firstDifference }) => (firstDifference ? [{ name, firstDifference }] : []))).toEqual(
    [],
  )
})

const pidsOf = () => processesOf(instance.data)
const supervisorOf = (data: string): number =>
  (JSON.parse(readFileSync(join(data, 'state.json'), 'utf8')) as { supervisor: { pid: number } }).supervisor.pid

it('leaves no process when it is stopped', async () => {
  clearInterval(answering)
  expect(pidsOf().length).toBeGreaterThan(8)
  expect((await mosaic(['down', '--data', instance.data])).code).toBe(0)
  expect(pidsOf()).toEqual([])
})

it('leaves no process when its supervisor is killed, not even of agents', async () => {
  expect((await mosaic(['up', '--detach', '--no-demo', '--data', instance.data])).code).toBe(0)
  const task = 'Start detached processes.'
  const repository = createRepository(instance.folder)
  const agent = { repository, branch: 'main', model: 'scripted:long-runner', task }
  await instance.request('POST', '/api/mission-control/sessions', agent)
  await expect
    .poll(() => pidsOf().filter(({ command }) => command.includes('sleep')).length, patiently)
    .toBeGreaterThan(4)
  process.kill(supervisorOf(instance.data), 'SIGKILL')
  await expect.poll(pidsOf, patiently).toEqual([])
})
