import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { withRemoteRuntimes } from '../../test/with-remote-runtimes.ts'

// Runtimes that only these tests register: no repository, no sandbox, and of a kill only a report. The commands, the
// log and whoever reads it are those of our own.

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator({}, withRemoteRuntimes)
})
afterAll(() => harness.close())

const asking = async (runtime: string) => {
  const sessionId = await client.spawn({ runtime, task: 'Ask, then finish.' })
  await harness.reached(sessionId, 'AgentWaitingForOperator')
  return sessionId
}
const tell = async (sessionId: string, verb: string, body: object = {}) => {
  const { status, body: answer } = await client.post(`/agents/${sessionId}/${verb}`, body)
  return status === 202 ? status : answer['code']
}

test('a session of another runtime is spawned without a repository, spoken to, and completes', async () => {
  const sessionId = await asking('remote')
  expect(await tell(sessionId, 'inject', { text: 'Go on.' })).toBe(202)
  await harness.reached(sessionId, 'AgentResourcesReleased')
  expect(await harness.types(sessionId)).toEqual([
    'AgentSpawnRequested',
    'SessionClaimed',
    'AgentSpawned',
    'AgentStarted',
    'MessageRecorded',
    'MessageRecorded',
    'MessageRecorded',
    'AgentWaitingForOperator',
    'OperatorMessageInjected',
    'OperatorMessageDelivered',
    'AgentCompleted',
    'AgentResourcesReleased',
  ])
})

test('a pause is carried out where the runtime has one, and refused before it is a fact where it has none', async () => {
  const [pausable, unpausable] = [await asking('remote'), await asking('remote-unpausable')]
  expect(await tell(pausable, 'pause')).toBe(202)
  await harness.reached(pausable, 'AgentPaused')
  expect(await tell(pausable, 'resume')).toBe(202)
  await harness.reached(pausable, 'AgentResumed')

  expect(await tell(unpausable, 'pause')).toBe('CONTROL_NOT_SUPPORTED')
  expect(await tell(unpausable, 'inject', { text: 'Hold on.', pauseBeforeSend: true })).toBe('CONTROL_NOT_SUPPORTED')
  expect(await harness.types(unpausable)).not.toContain('OperatorMessageInjected')
})

test('a kill that is only reported claims no more than that', async () => {
  const sessionId = await asking('remote')
  expect(await tell(sessionId, 'kill')).toBe(202)
  expect((await harness.reached(sessionId, 'AgentKilled')).data.proof).toBe('reported')
  await harness.reached(sessionId, 'AgentResourcesReleased')
  expect(await harness.types(sessionId)).not.toContain('AgentDescendantsCleared')
})

/** How many there are; what follows from earlier ones may still come into the log. */
async function spawns(): Promise<number> {
  let count = 0
  for await (const item of harness.store.readAll({ filter: { eventTypes: ['AgentSpawnRequested'] } })) {
    if (item.kind === 'event') count += 1
  }
  return count
}

test.each([
  ['our own without a repository', { runtime: 'internal' }, 400, 'VALIDATION_FAILED', 'repository'],
  [
    'one that has no workplace with a repository',
    { runtime: 'remote', repository: '/r' },
    400,
    'VALIDATION_FAILED',
    'repository',
  ],
  ['one that nobody registered', { runtime: 'pigeon' }, 422, 'RUNTIME_UNKNOWN', 'runtime'],
])('a spawn of %s is refused by its field', async (_, body, status, code, field) => {
  const before = await spawns()
  const answer = await client.post('/agents/spawn', { task: 'x', model: 'scripted:hello', ...body })
  expect([answer.status, answer.body['code'], answer.body['field']]).toEqual([status, code, field])
  expect(String(answer.body['detail'])).toContain(body.runtime)
  expect(await spawns()).toBe(before)
})

test('a session is left to an orchestrator that has its runtime', async () => {
  const other = await Harness.start()
  const able = await other.orchestrator({}, withRemoteRuntimes)
  const sessionId = await able.spawn({ runtime: 'remote', task: 'Ask, then finish.' })
  await other.reached(sessionId, 'AgentWaitingForOperator')
  await able.close()
  const unable = await other.orchestrator()
  const own = await unable.spawn({ repository: makeRepository(), task: 'Say hello.', model: 'scripted:hello' })
  await other.reached(own, 'AgentResourcesReleased')
  const able2 = await other.orchestrator({}, withRemoteRuntimes)
  await other.reached(sessionId, 'SessionClaimed', ({ epoch }) => epoch === 2)
  await able2.post(`/agents/${sessionId}/inject`, { text: 'Go on.' })
  await other.reached(sessionId, 'AgentCompleted')
  expect(await other.types(sessionId)).not.toContain('AgentFailed')
  await other.close()
})
