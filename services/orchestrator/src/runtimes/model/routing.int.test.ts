import { serviceToken } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { makeRepository } from '../../../test/repository.ts'
import { finish, scenario } from '../../../test/scenario.ts'

let harness: Harness
let client: Client
const busy = scenario([{ error: { status: 529, times: 'always' } }])
const second = scenario([{ say: 'I look.', call: { tool: 'list_files' } }, finish('the second did it')])

beforeAll(async () => {
  harness = await Harness.start()
  const routes = [{ name: 'careful', models: ['gone:m', busy, second], agentTypes: ['reviewer'] }]
  client = await harness.orchestrator({
    MOSAIC_MODEL_ROUTES: JSON.stringify(routes),
    MOSAIC_MODEL_PATIENCE_SECONDS: '600',
    MOSAIC_MODEL_UNREACHABLE_SECONDS: '600',
  })
  const gone = { name: 'gone', dialect: 'openai', baseUrl: 'http://127.0.0.1:9', apiKey: serviceToken }
  await client.post('/api/models/providers', gone)
})
afterAll(() => harness.close())

const spawn = (more: object) => client.spawn({ repository: makeRepository(), task: 'Do it.', ...more })
const changes = async (sessionId: string) =>
  (await harness.events(sessionId)).flatMap((event) => (event.type === 'ModelChanged' ? [event.data] : []))

test('an agent of a type that has a route gets its models, and asks the next while one cannot be had', async () => {
  const sessionId = await spawn({ agentType: 'reviewer' })
  expect((await harness.reached(sessionId, 'AgentCompleted')).data.summary).toBe('the second did it')
  const byScripted = (model: string) => ({ modelProvider: 'scripted', model })
  expect((await harness.reached(sessionId, 'AgentSpawnRequested')).data.runtime).toMatchObject({
    modelProvider: 'gone',
    model: 'm',
    fallbacks: [byScripted(busy), byScripted(second)],
  })
  expect(await changes(sessionId)).toMatchObject([
    { turn: 1, from: { modelProvider: 'gone' }, to: byScripted(busy), reason: 'SERVER_UNREACHABLE' },
    {
      turn: 1,
      from: byScripted(busy),
      to: byScripted(second),
      reason: 'OVERLOADED',
      message: expect.stringMatching(/529/),
    },
  ])
  const types = await harness.types(sessionId)
  expect(types).not.toContain('ModelCallDeferred')
})

test('where none of them can be had the call is put off, and whoever can be had first goes on', async () => {
  const twice = scenario([{ error: { status: 529, times: 2, retryAfter: 0 }, ...finish('back again') }])
  const sessionId = await spawn({ model: `${busy}, ${twice}` })
  expect((await harness.reached(sessionId, 'AgentCompleted')).data.summary).toBe('back again')
  const types = (await harness.types(sessionId)).filter((type) => type.startsWith('Model'))
  expect(types.slice(0, 3)).toEqual(['ModelChanged', 'ModelCallDeferred', 'ModelChanged'])
  expect(types.at(-1)).toBe('ModelCallResumed')
})

test('what may be over with the next call is tried again first; what is refused is refused', async () => {
  const flaky = scenario([{ error: { status: 500, times: 2 }, ...finish('the first got there') }])
  const sessionId = await spawn({ model: `${flaky},${second}` })
  expect((await harness.reached(sessionId, 'AgentCompleted')).data.summary).toBe('the first got there')
  expect(await changes(sessionId)).toEqual([])
  const refused = scenario([{ error: { status: 401, times: 'always' } }])
  const failing = await spawn({ model: `${refused},${second}` })
  expect((await harness.reached(failing, 'AgentFailed')).data.code).toBe('MODEL_REFUSED')
})

test('a list with a model that is none is refused, as is one that is too long', async () => {
  const ask = (model: string) => client.post('/agents/spawn', { repository: makeRepository(), task: 'Do it.', model })
  expect((await ask(`${second},scripted:nobody`)).body).toMatchObject({ code: 'MODEL_UNKNOWN', field: 'model' })
  expect((await ask(Array.from({ length: 11 }, (_, index) => `m${index}`).join(','))).body).toMatchObject({
    code: 'VALIDATION_FAILED',
  })
})
