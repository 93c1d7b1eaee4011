import { gatewayRoutes } from '@mosaic/contracts/http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { log, makeRepository } from '../../../test/repository.ts'
import { finish, scenario, type Step } from '../../../test/scenario.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

const ada = { 'x-mosaic-operator-id': 'ada', 'x-mosaic-operator-name': 'Ada' }
const { secretRules, addSecretPattern, removeSecretPattern, allowFingerprint, revokeFingerprint } = gatewayRoutes
const add = (name: string, pattern: string) => client.post(addSecretPattern.path, { name, pattern }, ada)

test.each([
  ['(a+)+\\1', 'which a pattern cannot have'],
  ['^secret-word', 'an anchor'],
  ['.{8,}', 'too broad'],
  ['[0-9a-f-]{36}', 'too broad'],
  ['ab', 'less than 6 characters'],
])('the pattern %s is refused: %s', async (pattern, why) => {
  const refused = await add('bad', pattern)
  expect([refused.status, refused.body['code'], refused.body['field']]).toEqual([
    422,
    'SECRET_PATTERN_INVALID',
    'pattern',
  ])
  expect(refused.body['detail']).toContain(why)
})

const secret = ['acme', '7Q2mZr81KxWd'].join('_')
const call = (tool: string, input: object): Step => ({ call: { tool, input } })
const show = call('shell', { command: 'cat test/fixture.txt' })
const commit = call('commit', { message: 'test: a fixture' })
const ask = call('ask_operator', { question: 'It is a fixture. May I?' })

test('what people say of secrets counts for what is shown and committed from then on', async () => {
  expect(await add('Acme key', 'acme_[A-Za-z0-9]{12}')).toMatchObject({ status: 202, body: { changed: true } })
  expect(await add('Acme key', 'acme_[A-Za-z0-9]{12}')).toMatchObject({ status: 202, body: { changed: false } })
  expect(await add('Acme key', 'acme-[A-Za-z0-9]{12}')).toMatchObject({ status: 409 })

  const write = call('write_file', { path: 'test/fixture.txt', content: `${secret}\n` })
  const model = scenario([write, show, commit, ask, show, commit, finish()])
  const repository = makeRepository()
  const sessionId = await client.spawn({ repository, task: 'Add a fixture.', model })
  const { data: refused } = await harness.reached(sessionId, 'ToolCompleted', ({ name }) => name === 'commit')
  expect(refused).toMatchObject({ isError: true, output: expect.stringContaining('test/fixture.txt:1 (Acme key)') })
  const fingerprint = /'test\/fixture\.txt' ([0-9a-f]{12})/.exec(refused.output)?.[1]

  await harness.reached(sessionId, 'AgentWaitingForOperator')
  const allowed = await client.post(allowFingerprint.path, { fingerprint, reason: 'made up for the test' }, ada)
  expect(allowed).toMatchObject({ status: 202, body: { changed: true } })
  await client.post(`/agents/${sessionId}/inject`, { text: 'Yes.' })
  const { data: made } = await harness.reached(sessionId, 'CommitRecorded')
  expect(log(repository, made.branch)).toContain('test: a fixture')

  const events = await harness.events(sessionId)
  const shown = events.flatMap(({ type, data }) =>
    type === 'ToolCompleted' && data.name === 'shell' ? [data.output] : [],
  )
  expect(shown).toEqual([expect.stringContaining('[redacted: Acme key]'), expect.stringContaining(secret)])

  const said = { by: 'Ada', at: expect.any(String) }
  expect((await client.get(secretRules.path)).body).toEqual({
    patterns: [{ name: 'Acme key', pattern: 'acme_[A-Za-z0-9]{12}', ...said }],
    allowed: [{ fingerprint, reason: 'made up for the test', ...said }],
  })
  expect(await client.post(revokeFingerprint.path, { fingerprint }, ada)).toMatchObject({ status: 202 })
  expect(await client.post(revokeFingerprint.path, { fingerprint }, ada)).toMatchObject({ status: 404 })
  expect(await client.post(removeSecretPattern.path, { name: 'Acme key' }, ada)).toMatchObject({ status: 202 })
  expect((await client.get(secretRules.path)).body).toEqual({ patterns: [], allowed: [] })
})
