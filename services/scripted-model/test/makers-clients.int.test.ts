// The server against the clients that the makers of the other APIs give out: what they understand is spoken right.
import { GoogleGenAI } from '@google/genai'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ollama } from 'ollama'
import OpenAI, { InternalServerError, RateLimitError } from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ScriptedModel, startScriptedModel } from '../src/index.ts'

let server: ScriptedModel
let folder: string
let openai: OpenAI
let ollama: Ollama
let gemini: GoogleGenAI

beforeAll(async () => {
  server = await startScriptedModel({ speed: 1, apiKey: 'the key' })
  folder = await mkdtemp(join(tmpdir(), 'mosaic-scripted-'))
  openai = new OpenAI({ apiKey: 'the key', baseURL: `${server.url}/v1`, maxRetries: 0 })
  ollama = new Ollama({ host: server.url, headers: { authorization: 'Bearer the key' } })
  gemini = new GoogleGenAI({ apiKey: 'the key', httpOptions: { baseUrl: server.url, apiVersion: 'v1beta' } })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

let files = 0
/** Writes a scenario with one agent whose steps are given, and answers the model name that plays it. */
async function scenario(...steps: object[]): Promise<string> {
  const file = join(folder, `${(files += 1)}.yaml`)
  const speed = { tokensPerSecond: 50_000, firstTokenMs: 0 }
  const agents = [{ name: 'a', steps }]
  await writeFile(file, JSON.stringify({ name: `s${files}`, description: 'test', speed, agents }))
  return `scripted:${file}`
}

const input = { command: 'echo "x" \\ y', deep: { list: [1, true, null, 'ü'] } }
const textAndCall = { say: 'Two words: “été”, 東京.', call: { tool: 'shell', input } }
const after = { say: 'It said {{result}}.', when: { result: 'fine' } }
const parameters = { type: 'object', properties: { command: { type: 'string' } } }
const busy = { say: 'at last', error: [{ status: 429, retryAfter: 7 }, { status: 529 }] }

describe('OpenAI’s chat completions', () => {
  const tools = [{ type: 'function' as const, function: { name: 'shell', parameters } }]
  const ask = (model: string, messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'go' }]) => ({
    model,
    messages,
    tools,
  })

  test('a stream is put together to the whole, and is gone on from', async () => {
    const model = await scenario(textAndCall, after)
    const stream = openai.chat.completions.stream({ ...ask(model), stream_options: { include_usage: true } })
    const streamed = await stream.finalChatCompletion()
    const whole = await openai.chat.completions.create(ask(model))
    expect(streamed.choices[0]?.message).toMatchObject({ ...whole.choices[0]?.message })
    expect(streamed.usage).toEqual(whole.usage)
    const { message, finish_reason } = whole.choices[0]!
    expect(finish_reason).toBe('tool_calls')
    const [call] = message.tool_calls ?? []
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual(input)
    const goneOn = await openai.chat.completions.create(
      ask(model, [
        { role: 'system', content: 'session: s' },
        { role: 'user', content: 'go' },
        message,
        { role: 'tool', tool_call_id: call?.id ?? '', content: 'fine' },
      ]),
    )
    expect(goneOn.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'It said fine.' } })
    expect(goneOn.usage?.prompt_tokens_details?.cached_tokens).toBeGreaterThan(0)
  })

  test('errors are those of its classes', async () => {
    const model = await scenario(busy)
    const limited = await openai.chat.completions.create(ask(model)).catch((error: unknown) => error)
    expect(limited).toBeInstanceOf(RateLimitError)
    expect(limited).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
    await expect(openai.chat.completions.create(ask(model))).rejects.toThrow(InternalServerError)
    await expect(openai.models.retrieve('scripted:nobody')).rejects.toMatchObject({ status: 404 })
    expect(await openai.models.retrieve('scripted:hello')).toMatchObject({ id: 'scripted:hello', object: 'model' })
  })
})

describe('OpenAI’s responses', () => {
  const tools = [{ type: 'function' as const, name: 'shell', parameters, strict: false }]

  test('a stream is put together to the whole, and is gone on from', async () => {
    const model = await scenario(textAndCall, after)
    const streamed = await openai.responses.stream({ model, input: 'go', tools }).finalResponse()
    const whole = await openai.responses.create({ model, input: 'go', tools })
    expect(streamed.output).toMatchObject(whole.output)
    expect(whole.output_text).toBe('Two words: “été”, 東京.')
    const call = whole.output.find((item) => item.type === 'function_call')
    expect(JSON.parse(call?.arguments ?? '')).toEqual(input)
    const goneOn = await openai.responses.create({
      model,
      instructions: 'session: s',
      tools,
      input: [
        { role: 'user', content: 'go' },
        ...whole.output.flatMap((item) => (item.type === 'function_call' ? [item] : [])),
        { type: 'function_call_output', call_id: call?.call_id ?? '', output: 'fine' },
      ],
    })
    expect(goneOn).toMatchObject({ status: 'completed', output_text: 'It said fine.' })
  })

  test('an error in the middle of a stream is one', async () => {
    const model = await scenario({ say: 'one two three', error: { status: 500, at: 'stream', afterTokens: 2 } })
    await expect(openai.responses.stream({ model, input: 'go', tools }).finalResponse()).rejects.toThrow()
  })
})

describe('Ollama’s own API', () => {
  const tools = [{ type: 'function', function: { name: 'shell', description: 'runs', parameters } }]

  test('a stream says what the whole says, and is gone on from', async () => {
    const model = await scenario(textAndCall, after)
    const messages = [{ role: 'user', content: 'go' }]
    const whole = await ollama.chat({ model, messages, tools })
    let text = ''
    for await (const part of await ollama.chat({ model, messages, tools, stream: true })) text += part.message.content
    expect(text).toBe(whole.message.content)
    expect(whole.message.tool_calls).toEqual([{ function: { name: 'shell', arguments: input } }])
    const result = { role: 'tool', content: 'fine', tool_name: 'shell' }
    const goneOn = await ollama.chat({ model, tools, messages: [...messages, whole.message, result] })
    expect(goneOn).toMatchObject({ done: true, done_reason: 'stop', message: { content: 'It said fine.' } })
    expect(goneOn.prompt_eval_count).toBeGreaterThan(0)
  })

  test('errors are those of its class, and models are shown', async () => {
    const model = await scenario(busy)
    const messages = [{ role: 'user', content: 'go' }]
    await expect(ollama.chat({ model, messages })).rejects.toMatchObject({ status_code: 429 })
    await expect(ollama.chat({ model, messages })).rejects.toMatchObject({ status_code: 503 })
    await expect(ollama.show({ model: 'scripted:nobody' })).rejects.toMatchObject({ status_code: 404 })
    expect(await ollama.show({ model: 'scripted:hello' })).toMatchObject({ capabilities: ['completion', 'tools'] })
  })
})

describe('Gemini’s generateContent', () => {
  const config = {
    systemInstruction: 'session: s',
    tools: [{ functionDeclarations: [{ name: 'shell', description: 'runs', parametersJsonSchema: parameters }] }],
  }

  test('a stream says what the whole says, and is gone on from', async () => {
    const model = await scenario(textAndCall, after)
    const contents = [{ role: 'user', parts: [{ text: 'go' }] }]
    const whole = await gemini.models.generateContent({ model: `models/${model}`, contents, config })
    let text = ''
    const calls: unknown[] = []
    for await (const chunk of await gemini.models.generateContentStream({
      model: `models/${model}`,
      contents,
      config,
    })) {
      text += chunk.text ?? ''
      calls.push(...(chunk.functionCalls ?? []))
    }
    expect(text).toBe(whole.text)
    expect(calls).toEqual([{ name: 'shell', args: input }])
    expect(calls).toEqual(whole.functionCalls)
    const response = { functionResponse: { name: 'shell', response: { output: 'fine' } } }
    const goneOn = await gemini.models.generateContent({
      model: `models/${model}`,
      contents: [...contents, whole.candidates?.[0]?.content ?? {}, { role: 'user', parts: [response] }],
      config,
    })
    expect(goneOn.text).toBe('It said fine.')
    expect(goneOn.usageMetadata?.cachedContentTokenCount).toBeGreaterThan(0)
  })

  test('errors are those of its class', async () => {
    const model = `models/${await scenario(busy)}`
    await expect(gemini.models.generateContent({ model, contents: 'go' })).rejects.toMatchObject({ status: 429 })
    await expect(gemini.models.generateContent({ model, contents: 'go' })).rejects.toMatchObject({ status: 503 })
  })
})
