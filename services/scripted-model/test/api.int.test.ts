// The server against the SDK that agents use.
import Anthropic, {
  APIUserAbortError,
  AuthenticationError,
  InternalServerError,
  RateLimitError,
} from '@anthropic-ai/sdk'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startScriptedModel } from '../src/index.ts'
import type { ScriptedModel } from '../src/index.ts'

let server: ScriptedModel
let client: Anthropic
let folder: string

beforeAll(async () => {
  server = await startScriptedModel({ speed: 1 })
  client = new Anthropic({ apiKey: 'unused', baseURL: server.url, maxRetries: 0 })
  folder = await mkdtemp(join(tmpdir(), 'mosaic-scripted-'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

let files = 0
/** Writes a scenario with one agent whose steps are given and answers the model name that plays it. */
async function scenario(steps: string, top = 'speed: { tokensPerSecond: 50000, firstTokenMs: 0 }'): Promise<string> {
  const file = join(folder, `${(files += 1)}.yaml`)
  await writeFile(file, `name: s${files}\ndescription: test\n${top}\nagents:\n  - name: a\n    steps:\n${steps}\n`)
  return `scripted:${file}`
}

const tools: Anthropic.Tool[] = [{ name: 'shell', input_schema: { type: 'object' } }]
const ask = (model: string) => ({
  model,
  max_tokens: 1000,
  tools,
  messages: [{ role: 'user' as const, content: 'go' }],
})

async function generating(): Promise<number> {
  const health = (await (await fetch(`${server.url}/health`)).json()) as { generating: number }
  return health.generating
}

const textAndCall = `
      - say: 'Two words: “été”, 東京.'
        call: { tool: shell, input: { command: 'echo "x" \\ y', deep: { list: [1, true, null, 'ü'] } } }`

test('a streamed message is the whole message, event by event as the API sends them', async () => {
  const model = await scenario(textAndCall)
  const stream = client.messages.stream(ask(model))
  const events: string[] = []
  const texts: string[] = []
  stream.on('streamEvent', ({ type }) => events.at(-1) !== type && events.push(type))
  stream.on('text', (text) => texts.push(text))
  const streamed = await stream.finalMessage()
  const { parsed_output: _, ...plain } = streamed as typeof streamed & { parsed_output?: unknown }
  expect(plain).toEqual(await client.messages.create(ask(model)))
  expect(events).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
  expect(texts).toEqual(['Two ', 'words: ', '“été”, ', '東京.'])
  expect(streamed.stop_reason).toBe('tool_use')
  expect(streamed.content[1]).toMatchObject({
    type: 'tool_use',
    name: 'shell',
    input: { command: 'echo "x" \\ y', deep: { list: [1, true, null, 'ü'] } },
  })
  expect(streamed.usage.output_tokens).toBeGreaterThan(10)
  expect(stream.request_id).toMatch(/^req_/)
})

test('a ping follows message_start on the wire', async () => {
  const body = JSON.stringify({ ...ask(await scenario(textAndCall)), stream: true })
  const response = await fetch(`${server.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect(response.headers.get('content-type')).toMatch('text/event-stream')
  const names = [...(await response.text()).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)
  expect(names.slice(0, 3)).toEqual(['message_start', 'ping', 'content_block_start'])
})

test('another process answers the same conversation alike', async () => {
  const other = await startScriptedModel({ speed: 100 })
  try {
    const model = await scenario(textAndCall)
    const there = new Anthropic({ apiKey: 'unused', baseURL: other.url })
    expect(await there.messages.create(ask(model))).toEqual(await client.messages.create(ask(model)))
  } finally {
    await other.close()
  }
})

test('an abort in the middle of a stream ends the work', async () => {
  const model = await scenario(
    `      - say: '${'word '.repeat(500)}'`,
    'speed: { tokensPerSecond: 20, firstTokenMs: 0 }',
  )
  const stream = client.messages.stream(ask(model))
  await new Promise<void>((resolve) => stream.once('text', () => resolve()))
  expect(await generating()).toBe(1)
  stream.abort()
  await expect(stream.finalMessage()).rejects.toThrow(APIUserAbortError)
  await expect.poll(() => generating()).toBe(0)
})

test('an abort before the headers ends the work, streamed or not', async () => {
  const model = await scenario('      - say: late', 'speed: { headersMs: 3600000 }')
  for (const stream of [true, false]) {
    const abort = new AbortController()
    const request = client.messages.create({ ...ask(model), stream }, { signal: abort.signal })
    const refused = expect(request).rejects.toThrow(APIUserAbortError)
    await expect.poll(() => generating()).toBe(1)
    abort.abort()
    await refused
    await expect.poll(() => generating()).toBe(0)
  }
})

test('the first token comes when the scenario says, the headers before it', async () => {
  const model = await scenario('      - say: here', 'speed: { firstTokenMs: 300 }')
  const started = performance.now()
  const stream = client.messages.stream(ask(model))
  const connected = new Promise<number>((resolve) => stream.once('connect', () => resolve(performance.now() - started)))
  const spoken = new Promise<number>((resolve) => stream.once('text', () => resolve(performance.now() - started)))
  expect(await spoken).toBeGreaterThan(290)
  expect(await connected).toBeLessThan(await spoken)
})

test.each([
  [429, 'rate_limit_error', RateLimitError],
  [529, 'overloaded_error', InternalServerError],
  [500, 'api_error', InternalServerError],
  [401, 'authentication_error', AuthenticationError],
])('status %i is a %s', async (status, type, errorClass) => {
  const model = await scenario(`      - error: { status: ${status}, retryAfter: 7, times: always }`)
  for (const stream of [true, false]) {
    const error = await client.messages.create({ ...ask(model), stream }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(errorClass)
    expect(error).toMatchObject({ status, error: { type: 'error', error: { type, message: expect.any(String) } } })
    expect((error as InstanceType<typeof Anthropic.APIError>).headers?.get('retry-after')).toBe('7')
  }
})

test("the SDK's own retries get through as many failures as the scenario has", async () => {
  const model = await scenario(
    '      - { say: finally, error: [{ status: 429, times: 1, retryAfter: 0 }, { status: 529, times: 1, retryAfter: 0 }] }',
  )
  await expect(client.messages.create(ask(model))).rejects.toMatchObject({ status: 429 })
  const message = await client.messages.create(ask(model), { maxRetries: 1 })
  expect(message.content).toMatchObject([{ text: 'finally' }])
})

test('an error in the middle of a stream, then a lost connection, then the message', async () => {
  const model = await scenario(`      - say: one two three four five six
        error: [{ status: 529, at: stream, afterTokens: 3 }, { at: disconnect, afterTokens: 3 }]`)
  const broken = client.messages.stream(ask(model))
  const texts: string[] = []
  broken.on('text', (text) => texts.push(text))
  await expect(broken.finalMessage()).rejects.toMatchObject({ error: { error: { type: 'overloaded_error' } } })
  expect(texts.join('')).toBe('one two three ')
  await expect(client.messages.stream(ask(model)).finalMessage()).rejects.toThrow()
  expect(await client.messages.stream(ask(model)).finalText()).toBe('one two three four five six')
})

test('what breaks the rules of the API is refused as the API refuses it', async () => {
  const raw = async (body: unknown) => {
    const response = await fetch(`${server.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, ...((await response.json()) as object) }
  }
  const messages = [{ role: 'user', content: 'x' }]
  const refused = (message: string) => ({
    status: 400,
    type: 'error',
    error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
  })
  expect(await raw({ model: 'scripted:hello', messages })).toMatchObject(refused('max_tokens'))
  expect(await raw({ model: 'scripted:hello', max_tokens: 9, messages: [] })).toMatchObject(refused('messages'))
  expect(
    await raw({ model: 'scripted:hello', max_tokens: 9, messages: [...messages, { role: 'assistant', content: 'y' }] }),
  ).toMatchObject(refused('prefill'))
  expect(await raw({ model: 'scripted:nobody', max_tokens: 9, messages })).toMatchObject({
    status: 404,
    error: { type: 'not_found_error', message: expect.stringContaining('shipped are: ask,') },
  })
  expect(await raw({ model: 'scripted:hello', max_tokens: 9, messages })).toMatchObject(
    refused('"list_files", which the request does not offer'),
  )
  expect(await raw({ model: 'scripted:demo', max_tokens: 9, messages })).toMatchObject(
    refused('has no agent for agent-type none'),
  )
})

test('a bad scenario file is refused with file, line, column and reason, also before anything is asked of it', async () => {
  const model = await scenario('      - sagt: hallo')
  const reason = expect.stringMatching(/\.yaml:7:9: agents\[0\]\.steps\[0\]: unknown key "sagt"/)
  const body = { error: { error: { type: 'invalid_request_error', message: reason } }, status: 400 }
  await expect(client.messages.create(ask(model))).rejects.toMatchObject(body)
  await expect(client.models.retrieve(model)).rejects.toMatchObject(body)
})

test('the path of a scenario may be long', async () => {
  const deep = join(folder, 'a-folder-with-a-rather-long-name'.repeat(4), 'and another one'.repeat(8))
  await mkdir(deep, { recursive: true })
  const file = join(deep, 'long.yaml')
  await writeFile(file, 'name: long\ndescription: d\nagents: [{ name: a, steps: [{ say: hi }] }]\n')
  expect(await client.models.retrieve(`scripted:${file}`)).toMatchObject({ type: 'model', display_name: 'd' })
})

test('a scenario file may change between two requests', async () => {
  const model = await scenario('      - say: before')
  expect((await client.messages.create(ask(model))).content).toMatchObject([{ text: 'before' }])
  const file = model.slice('scripted:'.length)
  await writeFile(file, 'name: s\ndescription: d\nagents: [{ name: a, steps: [{ say: and after }] }]\n')
  expect((await client.messages.create(ask(model))).content).toMatchObject([{ text: 'and after' }])
})

test('max_tokens cuts the text and drops the call', async () => {
  const model = await scenario(textAndCall)
  const message = await client.messages.create({ ...ask(model), max_tokens: 2 })
  expect(message).toMatchObject({ stop_reason: 'max_tokens', content: [{ type: 'text', text: 'Two word' }] })
})

test('models, token counts and health', async () => {
  const ids = (await client.models.list()).data.map(({ id }) => id)
  expect(ids).toEqual(
    ['ask', 'commit-file', 'demo', 'flaky', 'hello', 'long-runner', 'unreachable'].map((name) => `scripted:${name}`),
  )
  expect(await client.models.retrieve('scripted:demo')).toMatchObject({ id: 'scripted:demo', type: 'model' })
  const { max_tokens: _, ...question } = ask('scripted:hello')
  const { input_tokens } = await client.messages.countTokens(question)
  expect(input_tokens).toBe((await client.messages.create(ask(await scenario(textAndCall)))).usage.input_tokens)
  const health = await fetch(`${server.url}/health`)
  expect(await health.json()).toMatchObject({
    status: 'healthy',
    uptime: expect.any(Number),
    version: expect.stringMatching(/^\d/),
  })
})

test('a web page of another site is refused', async () => {
  const response = await fetch(`${server.url}/v1/models`, { headers: { origin: 'https://evil.example' } })
  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'permission_error' } })
})

test('closing does not wait for answers that are being played', async () => {
  const own = await startScriptedModel({ speed: 1 })
  const model = await scenario(
    `      - say: '${'word '.repeat(500)}'`,
    'speed: { tokensPerSecond: 10, firstTokenMs: 0 }',
  )
  const stream = new Anthropic({ apiKey: 'x', baseURL: own.url, maxRetries: 0 }).messages.stream(ask(model))
  const failed = expect(stream.finalMessage()).rejects.toThrow()
  await new Promise<void>((resolve) => stream.once('text', () => resolve()))
  await own.close()
  await failed
})
