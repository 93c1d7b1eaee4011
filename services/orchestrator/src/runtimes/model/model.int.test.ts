import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { makeRepository } from '../../../test/repository.ts'
import { finish, scenario } from '../../../test/scenario.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator({
    MOSAIC_MODEL_PATIENCE_SECONDS: '12',
    MOSAIC_MODEL_UNREACHABLE_SECONDS: '1',
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${await closedPort()}`,
  })
})
afterAll(() => harness.close())

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const spawn = (model: string, task = 'Do it.', more: Record<string, unknown> = {}) =>
  client.spawn({ repository: makeRepository(), task, model, ...more })

test('rate limits, overload, server errors and broken streams are gone through', async () => {
  const frames = harness.frames()
  const sessionId = await spawn('scripted:flaky')
  await harness.reached(sessionId, 'AgentCompleted')
  const events = await harness.events(sessionId)
  const recorded = new Set(events.map((event) => (event.type === 'MessageRecorded' ? event.data.messageId : '')))
  const own = frames.filter((frame) => frame.sessionId === sessionId)
  const aborted = own.flatMap((frame) => (frame.kind === 'aborted' ? [frame.messageId] : []))
  expect(aborted.length).toBeGreaterThanOrEqual(6)
  expect(aborted.filter((messageId) => recorded.has(messageId))).toEqual([])
})

test('a model that stays overloaded fails the session with the reason', async () => {
  const sessionId = await spawn('scripted:unreachable')
  const { data } = await harness.reached(sessionId, 'AgentFailed')
  expect(data.code).toBe('MODEL_UNREACHABLE')
  expect(data.message).toContain('529')
  await harness.reached(sessionId, 'AgentResourcesReleased')
})

test('a model that refuses the request fails the session at once', async () => {
  const sessionId = await spawn('scripted:unreachable', 'Use the key.')
  const { data } = await harness.reached(sessionId, 'AgentFailed')
  expect(data).toMatchObject({ code: 'MODEL_REFUSED', message: expect.stringContaining('invalid x-api-key') })
})

test('a provider that is not there at all fails the session', async () => {
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Do it.' })
  expect((await harness.reached(sessionId, 'AgentSpawnRequested')).data).toMatchObject({
    runtime: { modelProvider: 'anthropic', model: 'claude-sonnet-5-5' },
  })
  expect((await harness.reached(sessionId, 'AgentFailed')).data).toMatchObject({
    code: 'MODEL_UNREACHABLE',
    message: expect.stringContaining('ECONNREFUSED'),
  })
})

test('a pause takes effect between two attempts', async () => {
  const model = scenario([{ error: { status: 529, times: 4, retryAfter: 1 }, ...finish() }])
  const sessionId = await spawn(model)
  await harness.reached(sessionId, 'AgentStarted')
  await client.post(`/agents/${sessionId}/pause`)
  await harness.reached(sessionId, 'AgentPaused')
  await client.post(`/agents/${sessionId}/terminate`)
  await harness.reached(sessionId, 'AgentCompleted')
})

test('waiting for the model is a fact, with the time that the server asks for; a person need not wait', async () => {
  const model = scenario([{ error: { status: 429, times: 1, retryAfter: 240 }, ...finish() }])
  const sessionId = await spawn(model)
  const deferred = await harness.reached(sessionId, 'ModelCallDeferred')
  const { since, nextTryAt, reason, message, attempts } = deferred.data
  expect({ reason, message, attempts }).toMatchObject({
    reason: 'RATE_LIMITED',
    message: expect.stringContaining('429'),
    attempts: 1,
  })
  const asked = Date.parse(nextTryAt) - Date.parse(since)
  expect(asked).toBeGreaterThanOrEqual(240_000)
  expect(asked).toBeLessThanOrEqual(264_000)
  const answer = await client.post(`/agents/${sessionId}/retry-model-call`)
  expect(answer.status).toBe(202)
  await harness.reached(sessionId, 'AgentCompleted')
  const types = await harness.types(sessionId)
  const from = types.indexOf('ModelCallDeferred')
  expect(types.slice(from, from + 4)).toEqual([
    'ModelCallDeferred',
    'ModelCallRetryRequested',
    'ModelCallResumed',
    'MessageRecorded',
  ])
  const again = await client.post(`/agents/${sessionId}/retry-model-call`)
  expect([again.status, again.body['code']]).toEqual([409, 'SESSION_ENDED'])
})

test('a session that waits for its model is killed like any other', async () => {
  const sessionId = await spawn(scenario([{ error: { status: 429, times: 1, retryAfter: 240 }, ...finish() }]))
  await harness.reached(sessionId, 'ModelCallDeferred')
  await client.post(`/agents/${sessionId}/kill`)
  await harness.reached(sessionId, 'AgentKilled')
})

test('a message that is cut off at the token limit is gone on with, and not for ever', async () => {
  const cut = { say: 'I was just about to', stop: 'max_tokens' }
  const goesOn = await spawn(scenario([cut, finish('got there')]))
  expect((await harness.reached(goesOn, 'AgentCompleted')).data.summary).toBe('got there')
  const never = await spawn(scenario([{ ...cut, repeat: { max: 50 } }]))
  expect((await harness.reached(never, 'AgentFailed')).data.code).toBe('TOKEN_LIMIT_REACHED')
})

test('a model that declines fails the session; one that just stops completes it with its last words', async () => {
  const declines = await spawn(scenario([{ say: 'I will not.', stop: 'refusal' }]))
  expect((await harness.reached(declines, 'AgentFailed')).data).toMatchObject({
    code: 'MODEL_REFUSED',
    message: 'I will not.',
  })
  const stops = await spawn(scenario([{ say: 'All is well.' }]))
  expect((await harness.reached(stops, 'AgentCompleted')).data).toMatchObject({
    outcome: 'finished',
    summary: 'All is well.',
  })
})

test('turns are limited, and an agent may report failure itself', async () => {
  const busy = await spawn(scenario([{ call: { tool: 'list_files' }, repeat: { max: 100 } }]), 'x', { maxTurns: 3 })
  expect((await harness.reached(busy, 'AgentFailed')).data.code).toBe('TURN_LIMIT_REACHED')
  const gaveUp = { call: { tool: 'finish', input: { summary: 'Cannot be done.', outcome: 'failed' } } }
  const fails = await spawn(scenario([gaveUp]))
  expect((await harness.reached(fails, 'AgentFailed')).data).toMatchObject({
    code: 'AGENT_REPORTED_FAILURE',
    message: 'Cannot be done.',
  })
})
