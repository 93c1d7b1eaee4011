import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { makeRepository } from '../../../test/repository.ts'

let harness: Harness
let client: Client
let gateway: Server
beforeAll(async () => {
  gateway = createServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of answers[(JSON.parse(body) as { model: string }).model] ?? []) {
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    }
    response.end()
  }).listen(0, '127.0.0.1')
  await once(gateway, 'listening')
  harness = await Harness.start()
  const { port } = gateway.address() as AddressInfo
  client = await harness.orchestrator({ ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}` })
})
afterAll(async () => {
  await harness.close()
  gateway.close()
})

/** A message as the Messages API streams it, with whatever a gateway says of tokens. */
const message = (usage?: object, name: unknown = 'finish') => [
  { type: 'message_start', message: { role: 'assistant', model: 'm', content: [], usage } },
  { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 't1', name, input: {} } },
  {
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'input_json_delta', partial_json: '{"outcome":"completed","summary":"done"}' },
  },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage },
  { type: 'message_stop' },
]
const answers: Record<string, ReturnType<typeof message>> = {
  'counts-nothing': message(),
  'counts-in-text': message({ input_tokens: '12', output_tokens: 3 }),
  'counts-below-zero': message({ input_tokens: -1, output_tokens: 3 }),
  'counts-halves': message({ input_tokens: 1.5, output_tokens: 3 }),
  'names-no-tool': message({ input_tokens: 1, output_tokens: 3 }, null),
}
const spawn = (model: string) => client.spawn({ repository: makeRepository(), task: 'Do it.', model })

test.each([
  ['counts-nothing', null],
  ['counts-below-zero', null],
  ['counts-halves', null],
  ['counts-in-text', { inputTokens: 12, outputTokens: 3 }],
])('what a gateway counts is known or not, never made up, and poisons no log (%s)', async (model, expected) => {
  const sessionId = await spawn(model)
  await harness.reached(sessionId, 'AgentCompleted')
  const { data } = await harness.reached(sessionId, 'MessageRecorded', ({ role }) => role === 'agent')
  expect(data.usage).toEqual(expected && expect.objectContaining(expected))
})

test('a gateway whose answer is none is waited for, then fails the session by name', async () => {
  const sessionId = await spawn('names-no-tool')
  const words = {
    message: expect.stringMatching(/gateway at 127.0.0.1:\d+ sent what is not readable at content_block/),
  }
  expect((await harness.reached(sessionId, 'ModelCallDeferred')).data).toMatchObject({
    reason: 'ANSWER_BROKEN',
    ...words,
  })
  expect((await harness.reached(sessionId, 'AgentFailed')).data).toMatchObject({
    code: 'MODEL_ANSWER_INVALID',
    ...words,
  })
  await harness.reached(sessionId, 'AgentResourcesReleased')
})
