import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../test/harness.ts'
import { log, makeRepository } from '../test/repository.ts'

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
    'SessionClaimed',
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
  const messages = events.flatMap((event) => (event.type === 'MessageRecorded' ? [event.data] : []))
  expect(messages.map(({ role, turn }) => [role, turn])).toEqual([
    ['system', 0],
    ['user', 0],
    ['agent', 1],
    ['agent', 2],
  ])
  expect(messages[1]?.content).toEqual([{ type: 'text', text: 'Say hello.' }])
  expect(messages[2]?.usage).toMatchObject({ costUsd: 0 })
  expect(messages[2]?.usage?.outputTokens).toBeGreaterThan(0)
  expect(events.at(-1)?.data).toMatchObject({ sandboxRemoved: true, worktreeRemoved: true })
  expect((await client.get(`/agents/${sessionId}/status`)).body).toMatchObject({
    sessionId,
    status: 'completed',
    revision: events.length - 1,
  })
})

test('health says what agents run in and what that enforces', async () => {
  const workshop = () => client.get('/health').then(({ body }) => body['workshop'])
  await expect.poll(workshop).toMatchObject({
    sandbox: { kind: expect.any(String), guarantees: { disk: true } },
    problem: null,
    originHooks: 'off',
  })
})

test('a spawn without a branch was refused where the repository’s default branch is not main', async () => {
  const repository = makeRepository('trunk')
  const sessionId = await client.spawn({ repository, task: 'Say hello.', model: 'scripted:hello' })
  await harness.reached(sessionId, 'AgentCompleted')
  const { workplace } = (await harness.reached(sessionId, 'AgentSpawnRequested')).data
  expect(workplace).toMatchObject({ baseBranch: 'trunk' })
})

test('what the model says goes out live under the id of the message that follows', async () => {
  await eventually('NATS is connected', () => harness.messaging.connected())
  const frames = harness.frames()
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Say hello.', model: 'scripted:hello' })
  await harness.reached(sessionId, 'AgentCompleted')

  const said = (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'MessageRecorded' && event.data.role === 'agent' ? [event.data] : [],
  )
  for (const message of said) {
    const own = frames.filter(({ messageId }) => messageId === message.messageId)
    expect(own[0]).toMatchObject({ kind: 'started', sessionId, turn: message.turn })
    const text = own.flatMap((frame) => (frame.kind === 'delta' && frame.blockType === 'text' ? [frame.text] : []))
    expect(text.join('')).toBe(message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''))
  }
})

test('its commits are on its branch in the repository, with the session in their trailers', async () => {
  const repository = makeRepository()
  const sessionId = await client.spawn({ repository, task: 'Take notes.', model: 'scripted:commit-file' })
  await harness.reached(sessionId, 'AgentCompleted')

  const place = await harness.place(sessionId)
  const { data: commit } = await harness.reached(sessionId, 'CommitRecorded')
  expect(commit).toMatchObject({ branch: place.branch, push: { state: 'pushed', as: place.branch }, files: 1 })
  expect(log(repository, place.branch)).toContain(`Mosaic-Session: ${sessionId}`)
})

test('the task of a session is created with it and ends with it', async () => {
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Say hello.', model: 'scripted:hello' })
  const { data: spec } = await harness.reached(sessionId, 'AgentSpawnRequested')

  const types = await eventually('the task has ended', async () => {
    const read = await harness.typesOf(`task-${spec.taskId}`)
    return read.at(-1) === 'TaskCompleted' && read
  })
  expect(types).toEqual(['TaskCreated', 'TaskAssigned', 'TaskStarted', 'TaskCompleted'])
  expect(await harness.typesOf('workspace-default')).toEqual(['WorkspaceCreated'])
})

test('the same idempotency key spawns once', async () => {
  const body = { repository: makeRepository(), task: 'Say hello.', model: 'scripted:hello' }
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const [first, second] = await Promise.all([
    client.post('/agents/spawn', body, headers),
    client.post('/agents/spawn', body, headers),
  ])
  const third = await client.post('/agents/spawn', body, headers)
  expect([first.status, second.status, third.status]).toEqual([202, 202, 202])
  expect(new Set([first, second, third].map(({ body }) => body['sessionId'])).size).toBe(1)
  await harness.reached(String(first.body['sessionId']), 'AgentCompleted')
})

test('an ended agent is no longer in the tree; status and pages still come from its stream', async () => {
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Say hello.', model: 'scripted:hello' })
  await harness.reached(sessionId, 'AgentResourcesReleased')
  await eventually('it is kept no more', async () => {
    const roots = (await client.get('/agents/tree')).body['roots'] as { sessionId: string }[]
    return roots.every((root) => root.sessionId !== sessionId)
  })
  expect((await client.get(`/agents/${sessionId}/status`)).body).toMatchObject({ sessionId, status: 'completed' })
  const page = (await client.get(`/agents/${sessionId}/messages?fromRevision=2&limit=3`)).body
  expect((page['items'] as { revision: number }[]).map(({ revision }) => revision)).toEqual([2, 3, 4])
  expect(page['nextRevision']).toBe(5)
  const rest = (await client.get(`/agents/${sessionId}/messages?fromRevision=5`)).body
  expect(rest['nextRevision']).toBeNull()
})
