import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { credentialsStream, modelDialect } from '@mosaic/contracts/credential'
import { serviceToken } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { makeRepository } from '../../../test/repository.ts'
import { finish, scenario } from '../../../test/scenario.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

const path = '/api/models/providers'
/** The scripted model's server speaks the Messages API like any other; its key is the service token. */
const add = (name: string, apiKey: string, more: object = {}) =>
  client.post(path, { name, baseUrl: harness.model.url, apiKey, ...more })
const remove = (name: string) =>
  fetch(`${client.url}${path}/${name}`, { method: 'DELETE', headers: { authorization: `Bearer ${serviceToken}` } })
const spawnOn = (model?: string) => ({ repository: makeRepository(), task: 'Do it.', ...(model && { model }) })

test('a spawn with no provider says what to do, and works once one is added, without a restart', async () => {
  const refused = await client.post('/agents/spawn', spawnOn())
  expect(refused.body).toMatchObject({ code: 'MODEL_NOT_CONFIGURED', field: 'model' })
  expect(refused.body['detail']).toContain('"mosaic model add anthropic"')

  const added = await add('mine', serviceToken, { defaultModel: 'scripted:hello', price: { input: 1, output: 2 } })
  expect(added).toEqual({
    status: 200,
    body: {
      name: 'mine',
      source: 'added',
      isDefault: true,
      dialect: 'anthropic',
      baseUrl: harness.model.url,
      defaultModel: 'scripted:hello',
      maskedKey: `…${serviceToken.slice(-4)}`,
      maximumTokens: null,
      price: { input: 1, output: 2 },
      contextTokens: null,
      limits: null,
      problem: null,
    },
  })
  expect((await client.get(path)).body).toEqual({ items: [added.body] })

  const sessionId = await client.spawn(spawnOn())
  await harness.reached(sessionId, 'AgentCompleted')
  const { data } = await harness.reached(sessionId, 'AgentSpawnRequested')
  expect(data.runtime).toMatchObject({ modelProvider: 'mine', model: 'scripted:hello' })
  const { usage } = (await harness.reached(sessionId, 'MessageRecorded', ({ role }) => role === 'agent')).data
  expect(usage?.costUsd).toBeGreaterThan(0)
})

test('a key is in no event and readable in no file, and another process has it', async () => {
  const key = 'a key of no known shape 0123'
  await add('other', key)
  const other = await harness.orchestrator()
  expect(JSON.stringify((await other.get(path)).body)).toContain('…0123')
  await other.post('/fleet/freeze', { reason: `somebody pasted ${key}` })
  await other.post('/fleet/unfreeze')
  await other.close()
  const log: string[] = []
  for await (const item of harness.store.readAll({ direction: 'forwards' })) log.push(JSON.stringify(item))
  expect(log.join('\n')).not.toContain(key)
  expect(log.join('\n')).toContain('somebody pasted [redacted')
  expect(readFileSync(join(harness.data, 'credentials.json'), 'utf8')).not.toContain(key)
  const stored: unknown[] = []
  for await (const item of harness.store.readStream(credentialsStream.of('local')))
    if (item.kind === 'event') stored.push([item.event.type, item.event.data, item.event.metadata.actor.kind])
  const { host } = new URL(harness.model.url)
  const which = { kind: 'model', host, hasSecret: true, replaced: false }
  expect(stored).toEqual([
    ['CredentialStored', { ...which, name: 'mine' }, 'operator'],
    ['CredentialStored', { ...which, name: 'other' }, 'operator'],
  ])
})

test('a test says what came back, and in the server’s words why nothing did', async () => {
  const model = scenario([{ say: 'OK.' }])
  const answered = await client.post(`${path}/mine/test`, { model })
  expect(answered).toMatchObject({ status: 200, body: { name: 'mine', model, text: 'OK.' } })
  expect(answered.body['costUsd']).toBeGreaterThan(0)
  expect(await client.post(`${path}/other/test`, { model: 'scripted:hello' })).toMatchObject({
    status: 422,
    body: { code: 'MODEL_TEST_FAILED', detail: expect.stringContaining('401') },
  })
  expect(await client.post(`${path}/nobody/test`)).toMatchObject({
    status: 404,
    body: { code: 'MODEL_PROVIDER_NOT_FOUND' },
  })
})

test('with several providers the one that is meant is named', async () => {
  const refused = await client.post('/agents/spawn', spawnOn('scripted-hello'))
  expect(refused.body['detail']).toContain('mine:MODEL, other:MODEL')
  const sessionId = await client.spawn(spawnOn('mine:scripted:hello'))
  await harness.reached(sessionId, 'AgentCompleted')
})

test.each(modelDialect.options)('a session is run to its end on a server that speaks %s', async (dialect) => {
  const name = `by-${dialect}`
  const price = { input: 1, output: 2, cached: 0.5 }
  const added = await add(name, serviceToken, { dialect, price, contextTokens: 100_000 })
  expect(added.body).toMatchObject({
    dialect,
    defaultModel: dialect === 'anthropic' ? expect.any(String) : null,
    price,
  })
  const model = scenario([{ say: 'I look.', call: { tool: 'list_files' } }, finish('looked')])
  const sessionId = await client.spawn(spawnOn(`${name}:${model}`))
  expect((await harness.reached(sessionId, 'AgentCompleted')).data.summary).toBe('looked')
  const messages = (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'MessageRecorded' && event.data.role === 'agent' ? [event.data] : [],
  )
  expect(messages).toMatchObject([
    { model, stopReason: 'tool_use', usage: { cacheReadTokens: 0, costUsd: expect.any(Number) } },
    { model, stopReason: 'tool_use', usage: { cacheReadTokens: expect.any(Number) } },
  ])
  // What was sent before is read from the cache, where it is counted.
  if (dialect !== 'ollama') expect(messages[1]?.usage?.cacheReadTokens).toBeGreaterThan(100)
})

test('agents wait for one another where their provider is asked only so much at a time', async () => {
  const limits = { concurrency: 1 }
  expect((await add('narrow', serviceToken, { limits })).body).toMatchObject({ limits })
  const model = scenario([{ say: 'I take my time.', speed: { firstTokenMs: 20_000 } }])
  const sessions = await Promise.all([1, 2, 3].map(() => client.spawn(spawnOn(`narrow:${model}`))))
  const ends = (await Promise.all(sessions.map((sessionId) => harness.reached(sessionId, 'AgentCompleted')))).map(
    ({ metadata }) => Date.parse(metadata.occurredAt),
  )
  const [first = 0, second = 0, third = 0] = ends.toSorted((a, b) => a - b)
  // Each takes a second, at twenty times the pace.
  expect([second - first, third - second].map((ms) => ms >= 900)).toEqual([true, true])
  expect((await remove('narrow')).status).toBe(204)
})

test('a provider of another dialect has no model but the one that is named', async () => {
  const nameless = {
    status: 422,
    body: { code: 'MODEL_NOT_CONFIGURED', detail: expect.stringContaining('by-openai:MODEL') },
  }
  expect(await client.post('/agents/spawn', spawnOn('by-openai'))).toMatchObject(nameless)
  expect(await client.post(`${path}/by-openai/test`)).toMatchObject(nameless)
})

test('a session whose provider is removed waits, and goes on when it is added again', async () => {
  const wait = { say: 'I wait.', call: { tool: 'ask_operator', input: { question: 'Go on?' } } }
  const sessionId = await client.spawn(spawnOn(`mine:${scenario([wait, finish()])}`))
  await harness.reached(sessionId, 'AgentWaitingForOperator')
  expect((await remove('mine')).status).toBe(204)
  await client.post(`/agents/${sessionId}/inject`, { text: 'yes' })
  const { data } = await harness.reached(sessionId, 'ModelCallDeferred')
  expect(data).toMatchObject({
    reason: 'SERVER_UNREACHABLE',
    message: expect.stringContaining('mosaic model add mine'),
  })
  await add('mine', serviceToken)
  await client.post(`/agents/${sessionId}/retry-model-call`)
  await harness.reached(sessionId, 'AgentCompleted')
})

test('the environment’s provider is shown as such, cannot be removed, and gives way to one that is added', async () => {
  client = await harness.orchestrator({ ANTHROPIC_API_KEY: 'sk-ant-environment-key-4242' })
  const names = async () =>
    ((await client.get(path)).body['items'] as { name: string; source: string; maskedKey: string }[]).map(
      ({ name, source, maskedKey }) => `${name} ${source} ${maskedKey}`,
    )
  expect(await names()).toContain('anthropic environment …4242')
  expect((await remove('anthropic')).status).toBe(404)
  await add('anthropic', serviceToken)
  expect(await names()).toContain(`anthropic added …${serviceToken.slice(-4)}`)
})

test('a rotation seals all anew, as a fact, and nothing else changes', async () => {
  const before = (await client.get(path)).body
  const file = () => readFileSync(join(harness.data, 'credentials.json'), 'utf8')
  const sealed = file()
  const rotated = await client.post('/api/credentials/rotate')
  expect(rotated).toMatchObject({ status: 200, body: { credentials: 3 + modelDialect.options.length } })
  expect(file()).not.toBe(sealed)
  expect((await client.get(path)).body).toEqual(before)
  expect(await harness.typesOf(credentialsStream.of('local'))).toContain('MasterKeyRotated')
})

test.each([
  ['a name that has a meaning of its own', { name: 'scripted', apiKey: 'k' }],
  ['a password in the address', { name: 'm', baseUrl: 'https://u:p@example.invalid/' }],
  ['an address that is none of HTTP', { name: 'm', baseUrl: 'file:///etc/passwd' }],
])('%s is refused', async (_, body) => {
  expect(await client.post(path, body)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } })
})
