import { request } from 'node:http'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serviceToken } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { scenario } from '../../test/scenario.ts'

let harness: Harness
let client: Client
let ended: string
const repository = makeRepository()
const unknown = '01890000-0000-7000-8000-000000000001'
const valid = { repository, task: 'Say hello.', model: 'scripted:hello' }

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
  ended = await client.spawn(valid)
  await harness.reached(ended, 'AgentResourcesReleased')
})
afterAll(() => harness.close())

const badScenario = () => {
  const file = join(harness.data, 'bad.yaml')
  writeFileSync(file, 'name: bad\ndescription: bad\nagents:\n  - name: a\n    steps:\n      - sag: hello\n')
  return `scripted:${file}`
}

const spawns: [string, () => Record<string, unknown>, number, string, string?][] = [
  ['no body', () => ({}), 400, 'VALIDATION_FAILED', 'task'],
  ['no repository', () => ({ ...valid, repository: undefined }), 400, 'VALIDATION_FAILED', 'repository'],
  ['an unknown field', () => ({ ...valid, colour: 'red' }), 400, 'VALIDATION_FAILED', 'colour'],
  ['a blank task', () => ({ ...valid, task: '  ' }), 400, 'VALIDATION_FAILED', 'task'],
  ['a task over 64 kB', () => ({ ...valid, task: 'ä'.repeat(40_000) }), 413, 'MESSAGE_TOO_LARGE', 'task'],
  ['an unknown repository', () => ({ ...valid, repository: '/nowhere' }), 422, 'REPOSITORY_NOT_FOUND', 'repository'],
  [
    'a repository with a password',
    () => ({ ...valid, repository: 'https://ada:hunter22@git.example/x' }),
    400,
    'VALIDATION_FAILED',
    'repository',
  ],
  ['a relative repository', () => ({ ...valid, repository: 'thing' }), 422, 'REPOSITORY_NOT_FOUND', 'repository'],
  ['an unknown branch', () => ({ ...valid, branch: 'nowhere' }), 422, 'BRANCH_NOT_FOUND', 'branch'],
  ['an option for a branch', () => ({ ...valid, branch: '--upload-pack=x' }), 400, 'VALIDATION_FAILED', 'branch'],
  ['an unknown scenario', () => ({ ...valid, model: 'scripted:nothing' }), 422, 'MODEL_UNKNOWN', 'model'],
  ['a missing scenario file', () => ({ ...valid, model: 'scripted:/no/file.yaml' }), 422, 'MODEL_UNKNOWN', 'model'],
  ['a bad scenario file', () => ({ ...valid, model: badScenario() }), 422, 'SCENARIO_INVALID', 'model'],
  ['no model at all', () => ({ repository, task: 'x' }), 422, 'MODEL_NOT_CONFIGURED', 'model'],
  ['an unknown sandbox', () => ({ ...valid, sandbox: 'chroot' }), 400, 'VALIDATION_FAILED', 'sandbox'],
  ['a sandbox that is not here', () => ({ ...valid, sandbox: 'docker' }), 422, 'SANDBOX_UNAVAILABLE', 'sandbox'],
  ['an unknown parent', () => ({ ...valid, parentSessionId: unknown }), 404, 'SESSION_NOT_FOUND', 'parentSessionId'],
  ['a malformed task id', () => ({ ...valid, taskId: 'one' }), 400, 'VALIDATION_FAILED', 'taskId'],
  ['too many turns', () => ({ ...valid, maxTurns: 1e9 }), 400, 'VALIDATION_FAILED', 'maxTurns'],
]

test.each(spawns)('a spawn with %s is refused and nothing is written', async (_, body, status, code, field) => {
  const before = await harness.store.lastPosition()
  const answer = await client.post('/agents/spawn', body())
  expect([answer.status, answer.body['code'], answer.body['field']]).toEqual([status, code, field])
  expect(await harness.store.lastPosition()).toBe(before)
})

const commands: [string, () => string, unknown, number, string][] = [
  ['an unknown session', () => `/agents/${unknown}/kill`, {}, 404, 'SESSION_NOT_FOUND'],
  ['a malformed id', () => '/agents/one/kill', {}, 400, 'VALIDATION_FAILED'],
  ['a kill of a completed session', () => `/agents/${ended}/kill`, {}, 409, 'SESSION_ENDED'],
  ['a message to a completed session', () => `/agents/${ended}/inject`, { text: 'hi' }, 409, 'SESSION_ENDED'],
  ['a blank message', () => `/agents/${ended}/inject`, { text: ' ' }, 400, 'VALIDATION_FAILED'],
  ['a message over 64 kB', () => `/agents/${ended}/inject`, { text: 'x'.repeat(65_537) }, 413, 'MESSAGE_TOO_LARGE'],
  ['a body over 1 MB', () => `/agents/${ended}/inject`, { text: 'x'.repeat(1_100_000) }, 413, 'BODY_TOO_LARGE'],
  ['an unknown field', () => `/agents/${ended}/pause`, { why: 'x' }, 400, 'VALIDATION_FAILED'],
  ['an unknown route', () => `/agents/${ended}/dance`, {}, 404, 'ROUTE_NOT_FOUND'],
]

test.each(commands)('%s is refused and nothing is written', async (_, path, body, status, code) => {
  const before = await harness.store.lastPosition()
  const answer = await client.post(path(), body)
  expect([answer.status, answer.body['code']]).toEqual([status, code])
  expect(await harness.store.lastPosition()).toBe(before)
})

test('another workspace neither sees nor steers a session', async () => {
  const headers = { 'x-mosaic-workspace-id': 'other' }
  const answers = [
    await client.post(`/agents/${ended}/kill`, {}, headers),
    await client.get(`/agents/${ended}/status`, headers),
    await client.get(`/agents/${ended}/messages`, headers),
  ]
  expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(answers.map(() => [403, 'WRONG_WORKSPACE']))
})

test('a workspace that there is not has no tree, and nothing is written into it', async () => {
  const headers = { 'x-mosaic-workspace-id': 'other' }
  const before = await harness.store.lastPosition()
  const answers = [
    await client.get('/agents/tree', headers),
    await client.post('/agents/spawn', valid, headers),
    await client.post('/agents/kill-all', { confirm: 'KILL ALL' }, headers),
  ]
  expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(
    answers.map(() => [404, 'WORKSPACE_NOT_FOUND']),
  )
  expect(await harness.store.lastPosition()).toBe(before)
})

test.each([
  ['x-mosaic-workspace-id', 'a b'],
  ['x-mosaic-operator-name', '%zz'],
  ['idempotency-key', 'not-a-uuid'],
])('a bad %s header is refused', async (header, value) => {
  const answer = await client.post(`/agents/${ended}/kill`, {}, { [header]: value })
  expect([answer.status, answer.body['code'], answer.body['field']]).toEqual([400, 'VALIDATION_FAILED', header])
})

test('a task that has ended takes no further session', async () => {
  const { data } = await harness.reached(ended, 'AgentSpawnRequested')
  const answer = await client.post('/agents/spawn', { ...valid, taskId: data.taskId })
  expect([answer.status, answer.body['code'], answer.body['field']]).toEqual([409, 'TASK_ENDED', 'taskId'])
})

test('a remote repository that cannot be had fails the session with the reason', async () => {
  const remote = { ...valid, repository: 'https://127.0.0.1:9/none.git', branch: 'main' }
  const sessionId = await client.spawn(remote)
  const { data } = await harness.reached(sessionId, 'AgentFailed')
  expect(data.code).toBe('REPOSITORY_UNREACHABLE')
  await harness.reached(sessionId, 'AgentResourcesReleased')
})

test('a remote repository is asked for its default branch before anything begins, and the reason is said', async () => {
  const answer = await client.post('/agents/spawn', { ...valid, repository: 'https://127.0.0.1:9/none.git' })
  expect(answer.body).toMatchObject({ field: 'repository', detail: expect.stringContaining('127.0.0.1') })
  expect(answer.status).toBeLessThan(500)
})

/** fetch does not let a program choose these headers. */
const raw = (given: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    const { port } = new URL(client.url)
    const headers = { authorization: `Bearer ${serviceToken}`, ...given }
    const sent = request({ host: '127.0.0.1', port, path: '/agents/tree', headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })

test('web pages, rebound names and programs without the service token are refused, at every route', async () => {
  expect(await raw({ origin: client.url })).toBe(403)
  expect(await raw({ host: 'evil.example' })).toBe(403)
  expect(await raw({ host: 'localhost' })).toBe(200)
  for (const authorization of ['', 'Bearer ', `Bearer ${serviceToken}x`, `Basic ${serviceToken}`]) {
    for (const path of ['/health', '/agents/tree', '/agents/kill-all', '/nowhere']) {
      expect((await client.get(path, { authorization })).body['code']).toBe('UNAUTHENTICATED')
      expect((await client.post(path, {}, { authorization })).body['code']).toBe('UNAUTHENTICATED')
    }
  }
})

test('a scenario that no agent matches fails the session instead of hanging it', async () => {
  const model = scenario({ match: { agentType: 'lead' }, steps: [{ say: 'hm' }] })
  const sessionId = await client.spawn({ ...valid, model })
  await harness.reached(sessionId, 'AgentFailed')
})
