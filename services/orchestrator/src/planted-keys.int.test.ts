import { eventually, type ServiceProcess, startService } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, Harness } from '../test/harness.ts'
import { makeRepository } from '../test/repository.ts'
import { finish, scenario } from '../test/scenario.ts'

// Made here, so that the repository holds nothing that looks like a key.
const letters = 'aB3xK9mQ7tR2'
const token = ['gh', 'p_', letters.repeat(3)].join('')
const unmarked = 'correct-horse-battery-staple'
const key = new RegExp(`${letters}|${unmarked}`)

let harness: Harness
let service: ServiceProcess
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  service = await startService('services/orchestrator', {
    ...harness.environment,
    ANTHROPIC_API_KEY: unmarked,
    MOSAIC_LOG_LEVEL: 'debug',
  })
  client = new Client(service.url, () => service.stop())
})
afterAll(async () => {
  await client.close()
  await harness.close()
})

const secrets = `${token} and ${unmarked}`

test('a key that anybody says is in no event, live word, log line or answer, and a tool still gets it', async () => {
  const frames = harness.frames()
  const call = (tool: string, input: object) => ({ call: { tool, input } })
  const model = scenario([
    { say: `I will use ${secrets} now, and go on with it for a while.`, ...call('list_files', {}) },
    call('write_file', { path: 'note.txt', content: `the key is ${secrets}` }),
    call('shell', { command: `wc -c < note.txt; echo ${secrets} >&2`, timeout_seconds: 60 }),
    call('ask_operator', { question: `May I use ${secrets}?` }),
    finish(`Done with ${secrets}.`),
  ])
  const spawned = await client.post('/agents/spawn', {
    repository: makeRepository(),
    task: `Use ${secrets}.`,
    name: `worker ${token}`,
    model,
  })
  expect(spawned.status).toBe(202)
  const sessionId = String(spawned.body['sessionId'])
  await harness.reached(sessionId, 'AgentWaitingForOperator')
  const injected = await client.post(
    `/agents/${sessionId}/inject`,
    { text: `Yes: ${secrets}` },
    {
      'x-mosaic-operator-name': encodeURIComponent(`Ada ${token}`),
    },
  )
  expect(injected.status).toBe(202)
  await harness.reached(sessionId, 'AgentResourcesReleased')

  const events = await harness.events(sessionId)
  const written = events.flatMap(({ type, data }) =>
    type === 'ToolCompleted' && data.name === 'shell' ? [data.output] : [],
  )
  // What the agent wrote is what the model said, not a placeholder of another length.
  expect(written[0]).toContain(String(`the key is ${secrets}`.length))
  const everything: unknown[] = []
  for await (const item of harness.store.readAll()) everything.push(item)
  expect(JSON.stringify(everything)).not.toMatch(key)
  expect(JSON.stringify(everything)).toContain('[redacted: GitHub token]')
  expect(everything.length).toBeGreaterThan(10)

  await eventually('the live words', () => frames.some(({ kind }) => kind === 'delta'))
  expect(JSON.stringify(frames)).not.toMatch(key)
  const answers = [
    spawned,
    injected,
    await client.get('/agents/tree'),
    await client.get(`/agents/${sessionId}/messages`),
  ]
  answers.push(
    await client.post('/agents/spawn', { repository: `https://ada:${token}@git.example/x`, task: token, model }),
  )
  answers.push(await client.post(`/agents/${token}/kill`))
  expect(JSON.stringify(answers)).not.toMatch(key)
  expect(service.output()).not.toMatch(key)
})
