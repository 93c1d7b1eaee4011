import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../test/harness.ts'
import { makeRepository } from '../test/repository.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

test('an agent is spawned, works and completes, and every step of it is a fact', async () => {
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Say hello.', model: 'scripted:hello' })
  await harness.reached(sessionId, 'AgentResourcesReleased')

  const events = await harness.events(sessionId)
  expect(events.map(({ type }) => type)).toEqual([
    'AgentSpawnRequested',
    'AgentSpawned',
    'AgentStarted',
    'MessageRecorded',
    'MessageRecorded',
    'MessageRecorded',
    'ToolInvoked',
    'ToolCompleted',
    'MessageRecorded',
    'ToolInvoked',
    'ToolCompleted',
    'AgentCompleted',
    'AgentResourcesReleased',
  ])
  expect((await client.get(`/agents/${sessionId}/status`)).body).toMatchObject({ sessionId, status: 'completed' })
})
