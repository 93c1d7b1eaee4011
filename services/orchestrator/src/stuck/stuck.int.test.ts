import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell, type Step } from '../../test/scenario.ts'

let harness: Harness
const repository = makeRepository()

beforeAll(async () => {
  harness = await Harness.start()
})
afterAll(() => harness.close())

const again = (count: number): Step => ({ ...shell('echo nothing new'), repeat: { max: count - 1 } })
const orchestrator = (policy: string, overrides: Record<string, string> = {}) =>
  harness.orchestrator({ MOSAIC_STUCK_POLICY: policy, MOSAIC_STUCK_REPEATS: '3', ...overrides })
const spawn = (client: Client, ...steps: readonly Step[]) =>
  client.spawn({ repository, task: 'Do it.', model: scenario(steps) })
const told = async (sessionId: string) =>
  (await harness.types(sessionId)).filter((type) => type === 'AgentFoundStuck' || type === 'AgentGotOn')

test('an agent that makes the same call again and again is flagged once, until it gets on', async () => {
  const client = await orchestrator('flag')
  const sessionId = await spawn(client, again(5), shell('echo done > done.txt'), finish())
  const { data } = await harness.reached(sessionId, 'AgentFoundStuck')
  expect(data).toMatchObject({ reason: 'SAME_CALL', response: 'flag', message: expect.stringContaining('shell') })
  await harness.reached(sessionId, 'AgentCompleted')
  expect(await told(sessionId)).toEqual(['AgentFoundStuck', 'AgentGotOn'])
  await client.close()
})

test('by policy it is paused, with the reason', async () => {
  const client = await orchestrator('pause')
  const sessionId = await spawn(client, again(50), finish())
  const { data } = await harness.reached(sessionId, 'AgentPauseRequested')
  expect(data.reason).toMatch(/^it needs attention: the call shell was made 3 times/)
  await harness.reached(sessionId, 'AgentPaused')
  await client.post(`/agents/${sessionId}/kill`)
  await harness.reached(sessionId, 'AgentResourcesReleased')
  await client.close()
})

test('by policy its model is asked to think again, twice at most', async () => {
  const client = await orchestrator('reconsider')
  const sessionId = await spawn(client, again(14), finish())
  await harness.reached(sessionId, 'AgentCompleted')
  const asked = (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'MessageRecorded' && JSON.stringify(event.data.content).includes('do not seem to get on')
      ? [event.data.role]
      : [],
  )
  expect(asked).toEqual(['user', 'user'])
  await client.close()
})

test('one from which nothing comes for too long is flagged; a question to its operator is none', async () => {
  const client = await orchestrator('flag', { MOSAIC_STUCK_MINUTES: '0.02' })
  const asking = await spawn(client, { call: { tool: 'ask_operator', input: { question: 'Which?' } } }, finish())
  const silent = await spawn(client, shell('sleep 20'), finish())
  const { data } = await harness.reached(silent, 'AgentFoundStuck')
  expect(data).toMatchObject({ reason: 'NO_NEW_FACT', message: expect.stringContaining('the call shell is running') })
  await eventually('it asks', async () => (await harness.types(asking)).includes('AgentWaitingForOperator'))
  const since = (await harness.events(asking)).findIndex(({ type }) => type === 'AgentWaitingForOperator')
  await harness.reached(silent, 'AgentGotOn')
  expect((await harness.types(asking)).slice(since)).toEqual(['AgentWaitingForOperator'])
  await client.post(`/agents/${asking}/kill`)
  await harness.reached(asking, 'AgentResourcesReleased')
  await client.close()
})
