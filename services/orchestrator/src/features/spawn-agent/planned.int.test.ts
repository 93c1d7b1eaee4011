import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { makeRepository } from '../../../test/repository.ts'
import { finish, scenario } from '../../../test/scenario.ts'
import { serviceToken } from '@mosaic/kit'

let harness: Harness
let client: Client
beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

const asked = (taskId: string, repository: string, over: object = {}) => ({
  taskId,
  agentType: 'worker',
  context: { repository, branch: 'main', workItems: ['Say hello.', 'Say it in French.'] },
  options: { sandbox: false, timeout: 60_000, maxRetries: 0, model: scenario([finish('said')]), ...over },
})

test('a program spawns an agent for a task of its own, by its own name for it; asked for again it is the same agent', async () => {
  const body = asked('JIRA-1', makeRepository())
  const first = await client.post('/agents/spawn', body)
  expect([first.status, first.body]).toEqual([
    202,
    expect.objectContaining({ taskId: 'JIRA-1', position: expect.any(String), sessionId: first.body['agentId'] }),
  ])
  const agentId = String(first.body['agentId'])
  const { data } = await harness.reached(agentId, 'AgentSpawnRequested')
  expect(data).toMatchObject({
    externalKey: 'JIRA-1',
    taskSource: 'external',
    task: 'Say hello.\n\nSay it in French.',
    timeoutSeconds: 60,
    workplace: { baseBranch: 'main', sandbox: 'process' },
  })
  await harness.reached(agentId, 'AgentCompleted')
  expect((await client.post('/agents/spawn', body)).body['agentId']).toBe(agentId)
})

test('a failed agent of such a task is tried again as often as it says, and the task answers the newest', async () => {
  const failing = scenario([{ call: { tool: 'finish', input: { summary: 'no', outcome: 'failed' } } }])
  const body = asked('JIRA-2', makeRepository(), { maxRetries: 1, model: failing })
  const agentId = String((await client.post('/agents/spawn', body)).body['agentId'])
  await harness.reached(agentId, 'AgentFailed')
  await expect
    .poll(async () => (await client.post('/agents/spawn', body)).body['agentId'], { timeout: 40_000, interval: 1000 })
    .not.toBe(agentId)
})

test.each([
  [{ ...asked('', '/r') }, 'taskId'],
  [{ ...asked('x', '/r'), agentType: 'poet' }, 'agentType'],
  [{ ...asked('x', '/r'), context: { repository: '/r', branch: 'main', workItems: [] } }, 'context.workItems'],
  [asked('x', '/r', { maxRetries: 11 }), 'options.maxRetries'],
])('a mistake in it is told by its field (%#)', async (body, field) => {
  const refused = await client.post('/agents/spawn', body)
  expect([refused.status, refused.body['code'], refused.body['field']]).toEqual([400, 'VALIDATION_FAILED', field])
})

/** Frames of a stream up to the first that fits, as `[id, type]`. */
async function framesOf(path: string, until: string, headers: Record<string, string> = {}): Promise<string[][]> {
  const aborted = new AbortController()
  const response = await fetch(client.url + path, {
    headers: { authorization: `Bearer ${serviceToken}`, ...headers },
    signal: AbortSignal.any([aborted.signal, AbortSignal.timeout(30_000)]),
  })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (text.includes(`event: ${until}\n`) && text.endsWith('\n\n')) break
  }
  aborted.abort()
  return [...text.matchAll(/id: (\d+)\nevent: (\w+)\n/g)].map(([, id = '', type = '']) => [id, type])
}

test('what happens to agents, and what one says, is streamed, and gone on with after the last event that was had', async () => {
  const body = asked('JIRA-3', makeRepository())
  const streamed = framesOf('/agents/events', 'AgentCompleted')
  const agentId = String((await client.post('/agents/spawn', body)).body['agentId'])
  await harness.reached(agentId, 'AgentCompleted')
  const frames = await streamed
  const spawned = frames.findIndex(([, type]) => type === 'AgentSpawnRequested')
  expect(spawned).toBeGreaterThanOrEqual(0)
  const [id = ''] = frames[spawned]!
  const later = await framesOf('/agents/events', 'AgentCompleted', { 'last-event-id': id })
  expect(later).toEqual(frames.slice(spawned + 1))

  const path = `/agents/${agentId}/messages/stream`
  const said = await framesOf(path, 'MessageRecorded')
  expect(new Set(said.map(([, type]) => type))).toEqual(new Set(['MessageRecorded']))
  const [first = ''] = said[0]!
  const rest = await framesOf(path, 'MessageRecorded', { 'last-event-id': first })
  expect(rest.every(([position = '']) => BigInt(position) > BigInt(first))).toBe(true)
  const refused = await client.get('/agents/events', { 'last-event-id': 'not one' })
  expect([refused.status, refused.body['field']]).toEqual([400, 'last-event-id'])
})
