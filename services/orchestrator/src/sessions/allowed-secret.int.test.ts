import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { log, makeRepository } from '../../test/repository.ts'
import { finish, scenario, type Step } from '../../test/scenario.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

const secret = ['ghp', 'b'.repeat(36)].join('_')
const write: Step = { call: { tool: 'write_file', input: { path: 'test/fixture.txt', content: `${secret}\n` } } }
const commit: Step = { call: { tool: 'commit', input: { message: 'test: a fixture' } } }
const ask: Step = { call: { tool: 'ask_operator', input: { question: 'It is a fixture. May I?' } } }
const ada = { 'x-mosaic-operator-id': 'ada', 'x-mosaic-operator-name': 'Ada' }

test('an agent cannot commit what looks like a secret until an operator has allowed that very one', async () => {
  const repository = makeRepository()
  const model = scenario([write, commit, ask, commit, finish()])
  const sessionId = await client.spawn({ repository, task: 'Add a fixture.', model })
  const { data: refused } = await harness.reached(sessionId, 'ToolCompleted', ({ name }) => name === 'commit')
  expect(refused).toMatchObject({ isError: true, output: expect.stringMatching(/^SECRET_FOUND/) })
  const [, file, fingerprint] = /mosaic work allow AGENT '([^']+)' ([0-9a-f]{12})/.exec(refused.output) ?? []
  expect(file).toBe('test/fixture.txt')

  await harness.reached(sessionId, 'AgentWaitingForOperator')
  const allow = (body: object) => client.post(`/agents/${sessionId}/allow-secret`, body, ada)
  expect(await allow({ file, fingerprint: 'not one' })).toMatchObject({ status: 400 })
  expect(await allow({ file, fingerprint })).toMatchObject({ status: 202 })
  const { metadata } = await harness.reached(sessionId, 'SecretAllowed')
  expect(metadata.actor).toEqual({ kind: 'operator', id: 'ada', name: 'Ada' })

  await client.post(`/agents/${sessionId}/inject`, { text: 'Yes.' })
  const { data: made } = await harness.reached(sessionId, 'CommitRecorded')
  expect(made).toMatchObject({ files: 1, push: { state: 'pushed' } })
  expect(log(repository, made.branch)).toContain('test: a fixture')
})
