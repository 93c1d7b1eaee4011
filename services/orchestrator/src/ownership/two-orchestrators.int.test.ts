import { setTimeout as wait } from 'node:timers/promises'
import { eventually, type ServiceProcess, startService } from '@mosaic/kit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell } from '../../test/scenario.ts'

// Two orchestrators on one log and one data folder, as a person starts a second one by accident or for a rolling restart.

let harness: Harness
const services: ServiceProcess[] = []

beforeAll(async () => void (harness = await Harness.start()))
afterEach(async () => {
  for (const service of services.splice(0)) {
    service.signal('SIGCONT')
    await service.stop()
  }
})
afterAll(() => harness.close())

async function orchestrator() {
  const service = await startService('services/orchestrator', harness.environment)
  services.push(service)
  return service
}
const clientOf = (service: ServiceProcess) => new Client(service.url, () => service.stop())

const steps = 8
/** Appends a line per step, says at its end which lines there are. */
const counting = () =>
  scenario([
    ...Array.from({ length: steps }, (_, step) => shell(`echo ${step} >> steps.txt; sleep 1`)),
    // Twice: a take-over may cut one of them off.
    shell('cat steps.txt'),
    shell('cat steps.txt'),
    finish(),
  ])

const spawnAll = (service: ServiceProcess, count: number) => {
  const repository = makeRepository()
  const model = counting()
  return Promise.all(
    Array.from({ length: count }, () => clientOf(service).spawn({ repository, task: 'Count.', model })),
  )
}

async function stepsDone(sessionId: string): Promise<number> {
  return (await harness.types(sessionId)).filter((type) => type === 'ToolCompleted').length
}

/** Ended well, and each step took effect once, or is marked as cut off. */
async function expectCounted(sessionId: string): Promise<void> {
  await harness.reached(sessionId, 'AgentCompleted', undefined, 120_000)
  const events = await harness.events(sessionId)
  const completions = events.flatMap((event) => (event.type === 'ToolCompleted' ? [event.data] : []))
  const lines = completions
    .findLast((completion) => completion.name === 'shell' && !completion.interrupted)!
    .output.split('\n')
  const interrupted = completions.map((completion) => completion.interrupted)
  for (let step = 0; step < steps; step++) {
    const times = lines.filter((line) => line === String(step)).length
    if (!interrupted[step]) expect({ sessionId, step, times }).toEqual({ sessionId, step, times: 1 })
  }
  const invoked = events.flatMap((event) => (event.type === 'ToolInvoked' ? [event.data.toolCallId] : []))
  expect(new Set(invoked).size).toBe(invoked.length)
}

const claimsOf = async (sessionId: string) =>
  (await harness.events(sessionId)).flatMap((event) => (event.type === 'SessionClaimed' ? [event.data.ownerId] : []))

test('a second orchestrator on the log does not run the sessions of the first', async () => {
  const first = await orchestrator()
  const early = await spawnAll(first, 2)
  await eventually('they work', async () => (await Promise.all(early.map(stepsDone))).every((done) => done > 0), 60_000)
  const second = await orchestrator()
  const late = await spawnAll(second, 1)
  await Promise.all([...early, ...late].map(expectCounted))
  const owners = await Promise.all([...early, ...late].map(claimsOf))
  expect(owners.map(({ length }) => length)).toEqual([1, 1, 1])
  expect(owners[0]).toEqual(owners[1])
  expect(owners[2]).not.toEqual(owners[0])
  for (const id of [...early, ...late]) {
    expect((await harness.types(id)).filter((type) => type === 'AgentSpawned')).toHaveLength(1)
  }
}, 180_000)

test('ten agents go on when their orchestrator stands still, and it does no harm when it wakes', async () => {
  const [first, second] = [await orchestrator(), await orchestrator()]
  const ids = await spawnAll(first, 10)
  await eventually('all work', async () => (await Promise.all(ids.map(stepsDone))).every((done) => done > 1), 120_000)
  first.signal('SIGSTOP')
  const stoppedAt = performance.now()
  await eventually(
    'the other has taken them over',
    async () => (await Promise.all(ids.map(claimsOf))).every(({ length }) => length > 1),
    30_000,
  )
  expect(performance.now() - stoppedAt).toBeLessThan(20_000)
  await wait(3000)
  first.signal('SIGCONT')
  await Promise.all(ids.map(expectCounted))
  expect((await clientOf(first).get('/health')).body).toMatchObject({ status: 'healthy' })
  expect((await clientOf(second).get('/health')).body).toMatchObject({ status: 'healthy' })
}, 300_000)

test('the sessions of an orchestrator that was killed are taken over at once on the same machine', async () => {
  const [first] = [await orchestrator(), await orchestrator()]
  const ids = await spawnAll(first, 2)
  await eventually('all work', async () => (await Promise.all(ids.map(stepsDone))).every((done) => done > 1), 60_000)
  await first.stop('SIGKILL')
  await Promise.all(ids.map(expectCounted))
  expect((await Promise.all(ids.map(claimsOf))).map(({ length }) => length)).toEqual([2, 2])
}, 180_000)

test('an operator’s command reaches the owner through whichever orchestrator takes it', async () => {
  const [first, second] = [await orchestrator(), await orchestrator()]
  const [sessionId = ''] = await spawnAll(first, 1)
  await eventually('it works', async () => (await stepsDone(sessionId)) > 0, 60_000)
  await clientOf(second).post(`/agents/${sessionId}/kill`)
  await harness.reached(sessionId, 'AgentKilled')
  await harness.reached(sessionId, 'AgentResourcesReleased')
  expect(await claimsOf(sessionId)).toHaveLength(1)
}, 120_000)
