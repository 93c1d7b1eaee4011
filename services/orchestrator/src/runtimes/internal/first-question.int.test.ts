import { join } from 'node:path'
import { eventually } from '@mosaic/kit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { countedModel } from '../../../test/counted-model.ts'
import { GatedBubblewrap } from '../../../test/gated-bubblewrap.ts'
import { type Client, Harness } from '../../../test/harness.ts'
import { finish, scenario, shell, type Step } from '../../../test/scenario.ts'
import { TestRepository } from '../../../test/user-repository.ts'
import { hashOf } from '../../repositories/index.ts'

let gate: GatedBubblewrap
let harness: Harness
let model: Awaited<ReturnType<typeof countedModel>>
let client: Client

beforeAll(async () => {
  gate = new GatedBubblewrap()
  harness = await Harness.start()
  model = await countedModel(harness.model.url)
  client = await harness.orchestrator({ MOSAIC_SCRIPTED_MODEL_URL: model.url, MOSAIC_SANDBOX: 'bubblewrap' })
  using repository = new TestRepository()
  const first = await client.spawn({ repository: repository.path, task: 'Warm up.', model: scenario([finish()]) })
  await harness.reached(first, 'AgentCompleted')
})
afterEach(() => gate.open())
afterAll(async () => {
  gate.open()
  await harness.close()
  model.close()
  gate[Symbol.dispose]()
})

const speaking: Step = { say: 'word '.repeat(4000), speed: { tokensPerSecond: 10 }, ...shell('true') }

/** A session whose sandbox does not begin, and whose model has been asked already. */
async function askedAhead(repository: TestRepository, task: string, steps: readonly Step[]): Promise<string> {
  // A checkout would be looked at for changes, in a sandbox.
  const bare = join(repository.folder, 'bare.git')
  repository.git('clone', '--quiet', '--bare', '.', bare)
  gate.shut()
  const sessionId = await client.spawn({ repository: bare, task, model: scenario(steps) })
  await eventually('the model is asked', () => model.callsFor(task) === 1)
  expect(await harness.types(sessionId)).toEqual(['AgentSpawnRequested', 'SessionClaimed'])
  return sessionId
}

test('the model is asked once, while there is no sandbox yet; what it wants done is done when there is one', async () => {
  using repository = new TestRepository()
  const sessionId = await askedAhead(repository, 'Begin early.', [shell('git rev-parse HEAD'), finish()])
  gate.open()
  await harness.reached(sessionId, 'AgentCompleted')
  expect(model.callsFor('Begin early.')).toBe(2)
  expect((await harness.types(sessionId)).slice(2, 8)).toEqual([
    'AgentSpawned',
    'AgentStarted',
    'MessageRecorded',
    'MessageRecorded',
    'MessageRecorded',
    'ToolInvoked',
  ])
  const done = await harness.reached(sessionId, 'ToolCompleted')
  expect(done.data).toMatchObject({ name: 'shell', isError: false })
})

test('what the repository’s own words hold of secrets is covered in it', async () => {
  const token = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`
  using repository = new TestRepository({ 'AGENTS.md': `Use ${token} to publish.\n` })
  const sessionId = await askedAhead(repository, 'Keep it.', [finish()])
  expect(model.callsFor(token)).toBe(0)
  gate.open()
  await harness.reached(sessionId, 'AgentCompleted')
  expect(model.callsFor('Keep it.')).toBe(1)
})

test('a session that is killed meanwhile hears no answer', async () => {
  using repository = new TestRepository()
  const sessionId = await askedAhead(repository, 'Die early.', [speaking, finish()])
  await client.post(`/agents/${sessionId}/kill`, {})
  gate.open()
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const types = await harness.types(sessionId)
  expect(types).toContain('AgentKilled')
  expect(types).not.toContain('AgentStarted')
  expect(types).not.toContain('MessageRecorded')
  expect(model.callsFor('Die early.')).toBe(1)
  // Cut off: nobody has counted.
  expect((await harness.reached(sessionId, 'ModelAnswerUnheard')).data.usage).toBeNull()
})

test('what an answer has cost that nobody hears stands in the log', async () => {
  using repository = new TestRepository()
  const sessionId = await askedAhead(repository, 'Stop early.', [shell('true'), finish()])
  await eventually('the answer is there', () => model.answersFor('Stop early.') === 1)
  expect((await client.post(`/agents/${sessionId}/terminate`)).status).toBe(202)
  gate.open()
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const events = await harness.events(sessionId)
  const said = events.filter((event) => event.type === 'MessageRecorded' && event.data.role === 'agent')
  const unheard = events.flatMap((event) => (event.type === 'ModelAnswerUnheard' ? [event.data] : []))
  expect(said).toEqual([])
  expect(unheard).toMatchObject([{ usage: { inputTokens: expect.any(Number), costUsd: 0 } }])
  expect(unheard[0]!.usage!.outputTokens).toBeGreaterThan(0)
})

test('a pause that is asked for meanwhile comes after the answer, and before the next question', async () => {
  using repository = new TestRepository()
  const sessionId = await askedAhead(repository, 'Rest early.', [{ say: 'Hello.', ...shell('true') }, finish()])
  expect((await client.post(`/agents/${sessionId}/pause`)).status).toBe(202)
  gate.open()
  await harness.reached(sessionId, 'AgentPaused')
  expect((await harness.types(sessionId)).slice(-2)).toEqual(['MessageRecorded', 'AgentPaused'])
  expect(model.callsFor('Rest early.')).toBe(1)
  await client.post(`/agents/${sessionId}/resume`)
  await harness.reached(sessionId, 'AgentCompleted')
  expect(model.callsFor('Rest early.')).toBe(2)
})

test('a session that is to be set up asks nothing before it is', async () => {
  const settings = 'setup:\n  - name: install\n    run: exit 3\n'
  using repository = new TestRepository({ 'mosaic.yaml': settings })
  const approval = { repository: repository.path, hash: hashOf(settings) }
  expect((await client.post('/repositories/approve', approval)).status).toBe(202)
  const sessionId = await client.spawn({ repository: repository.path, task: 'Set up.', model: scenario([finish()]) })
  const { data } = await harness.reached(sessionId, 'AgentFailed')
  expect(data.code).toBe('SETUP_FAILED')
  expect(model.callsFor('Set up.')).toBe(0)
})
