import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, startEventStore } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell } from '../../test/scenario.ts'

let harness: Harness
let client: Client
const data = mkdtempSync(join(tmpdir(), 'mosaic-store-'))

beforeAll(async () => {
  harness = await Harness.start({ eventStoreData: data })
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

test('while the event store is away commands answer 503 in time, and agents lose nothing and go on after it', async () => {
  const model = scenario([shell('sleep 1'), finish('went on')])
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Do it.', model })
  await harness.reached(sessionId, 'ToolInvoked')
  const port = Number(new URL(harness.eventStore.url.replace('esdb:', 'http:')).port)
  await harness.eventStore.close()

  const startedAt = performance.now()
  const answers = await Promise.all([
    client.post(`/agents/${sessionId}/pause`),
    client.post('/agents/spawn', { repository: makeRepository(), task: 'x', model: 'scripted:hello' }),
    client.post(`/agents/${sessionId}/inject`, { text: 'Are you there?' }),
  ])
  expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(
    answers.map(() => [503, 'STORE_UNAVAILABLE']),
  )
  expect(performance.now() - startedAt).toBeLessThan(20_000)
  expect((await client.get('/health')).status).toBe(503)
  // What it knows it still tells.
  expect((await client.get(`/agents/${sessionId}/status`)).body).toMatchObject({ status: 'running' })

  const again = await startEventStore({ data, port })
  harness.replaceEventStore(again)
  expect((await harness.reached(sessionId, 'AgentCompleted')).data.summary).toBe('went on')
  await eventually('it is healthy again', async () => (await client.get('/health')).status === 200)
  const types = await harness.types(sessionId)
  expect(types.filter((type) => type === 'ToolCompleted')).toHaveLength(2)
})
