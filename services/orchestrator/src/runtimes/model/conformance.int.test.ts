import { modelDialect } from '@mosaic/contracts/credential'
import { type ServiceProcess, serviceToken, startService } from '@mosaic/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scenario } from '../../../test/scenario.ts'
import { definitionOf, tools } from '../../tools/index.ts'
import { withOwnIds } from './call-ids.ts'
import type { Delta, ModelFault, ModelLimits, ModelRequest, Reply } from './contract.ts'
import { serverOf } from './server-of.ts'

let server: ServiceProcess
beforeAll(async () => {
  server = await startService('services/scripted-model', { MOSAIC_SCRIPTED_SPEED: '20' })
})
afterAll(() => server.stop())

const limits: ModelLimits = { maximumTokens: 1000, firstByteMs: 30_000, silenceMs: 30_000, answerMs: 60_000 }

describe.each(modelDialect.options)('a server that speaks %s', (dialect) => {
  const model = (more: { apiKey?: string; limits?: Partial<ModelLimits> } = {}) =>
    serverOf(
      { name: 'm', dialect, source: 'added', problem: null, baseUrl: server.url, apiKey: more.apiKey ?? serviceToken },
      { ...limits, ...more.limits },
    )
  const request = (name: string, messages: ModelRequest['messages'] = told): ModelRequest => ({
    model: name,
    // Failures are counted by session.
    system: `agent-type: worker\nsession: ${name}`,
    messages,
    tools: tools.map(definitionOf),
  })
  const never = new AbortController().signal
  const ask = async (name: string, options: Parameters<typeof model>[0] & Partial<ModelRequest> = {}) => {
    const deltas: Delta[] = []
    const { messages, ...settings } = options
    const call = { signal: never, onDelta: (delta: Delta) => void deltas.push(delta) }
    const reply = await model(settings).reply(request(name, messages), call)
    // As a session records it: a call has an id, whether its server gave it one or not.
    const content = withOwnIds(reply.content, { turn: messages?.length ?? 1, used: new Set() })
    return { reply: { ...reply, content }, deltas }
  }
  const fault = (name: string, options: Parameters<typeof ask>[1] = {}): Promise<ModelFault> =>
    ask(name, options).then(
      ({ reply }) => expect.fail(`it answered ${JSON.stringify(reply)}`),
      (error: ModelFault) => error,
    )

  test('streams text and calls, and the message that they become', async () => {
    const input = { path: 'a “b”.txt', content: 'one\ntwo \\ three' }
    const name = scenario([
      { say: 'Two words: “été”, 東京.', call: [{ tool: 'write_file', input }, { tool: 'list_files' }] },
    ])
    const { reply, deltas } = await ask(name)
    // Gemini signs its thoughts without telling them.
    expect({ ...reply, content: reply.content.filter(({ type }) => type !== 'thinking') }).toEqual({
      content: [
        { type: 'text', text: 'Two words: “été”, 東京.' },
        { type: 'tool_use', id: expect.any(String), name: 'write_file', input },
        { type: 'tool_use', id: expect.any(String), name: 'list_files', input: {} },
      ],
      stopReason: 'tool_use',
      model: name,
      tokens: expect.objectContaining({ inputTokens: expect.any(Number), outputTokens: expect.any(Number) }),
    } satisfies Reply)
    const live = (tool: string | null) => deltas.flatMap(({ toolName, text }) => (toolName === tool ? [text] : []))
    expect(live(null).join('')).toBe('Two words: “été”, 東京.')
    expect(live(null).length).toBeGreaterThan(1)
    expect(JSON.parse(live('write_file').join(''))).toEqual(input)
  })

  test('takes back what it said, the results of its calls, failed ones too, and what people say between', async () => {
    const name = scenario([
      { say: 'First.', call: [{ tool: 'list_files' }, { tool: 'shell', input: { command: 'false' } }] },
      {
        say: 'Files {{results.0}}, then {{results.1}}.',
        when: { isError: true, result: 'it failed' },
        call: { tool: 'list_files' },
      },
      { say: 'Nobody said it.', when: { said: 'never' } },
      { say: 'A person said it.', when: { said: 'go on' } },
    ])
    const messages: ModelRequest['messages'][number][] = [...told]
    const first = await ask(name, { messages })
    messages.push({ role: 'assistant', content: first.reply.content }, results(first.reply, ['a.txt', 'it failed'], 1))
    const second = await ask(name, { messages })
    expect(second.reply.content[0]).toEqual({ type: 'text', text: 'Files a.txt, then it failed.' })
    const answered = results(second.reply, ['b.txt'])
    messages.push({ role: 'assistant', content: second.reply.content })
    messages.push({ role: 'user', content: [...answered.content, { type: 'text', text: 'go on' }] })
    const third = await ask(name, { messages })
    expect(third.reply).toMatchObject({
      content: [{ type: 'text', text: 'A person said it.' }],
      stopReason: 'end_turn',
    })
  })

  test('counts tokens, those that were read from its cache apart', async () => {
    const usage = { inputTokens: 70, cacheReadTokens: 30, cacheCreationTokens: 0, outputTokens: 7 }
    const { reply } = await ask(scenario([{ say: 'Hi.', usage }]))
    // Ollama does not tell.
    const read = dialect === 'ollama' ? 0 : 30
    const counted = { inputTokens: 100 - read, outputTokens: 7, cacheReadTokens: read, cacheWriteTokens: 0 }
    expect(reply.tokens).toEqual(counted)
  })

  test('is cut off at the longest answer, and declines, in the same words as all others', async () => {
    const long = scenario([{ say: 'word '.repeat(100) }])
    expect((await ask(long, { limits: { maximumTokens: 20 } })).reply.stopReason).toBe('max_tokens')
    // Ollama knows no such end.
    const declined = dialect === 'ollama' ? 'end_turn' : 'refusal'
    expect((await ask(scenario([{ say: 'I will not.', stop: 'refusal' }]))).reply.stopReason).toBe(declined)
  })

  const failing = (error: object) => scenario([{ say: 'one two three four five six seven', error }])

  test.each([
    [
      'a rate limit, with the time it asks for',
      { status: 429, retryAfter: 7 },
      { kind: 'RATE_LIMITED', retryAfterMs: 7000 },
    ],
    ['an overload', { status: 529 }, { kind: 'OVERLOADED' }],
    ['a fault of its own', { status: 500 }, { kind: 'SERVER_FAULT' }],
    ['a key that it does not take', { status: 401, type: 'authentication_error' }, { kind: 'REFUSED' }],
    ['a conversation that is too long', { status: 400, type: 'context_full' }, { kind: 'CONTEXT_FULL' }],
    ['an overload in the middle', { status: 529, at: 'stream', afterTokens: 2 }, { kind: 'OVERLOADED' }],
    ['a connection that breaks', { at: 'disconnect', afterTokens: 2 }, { kind: 'ANSWER_BROKEN' }],
    ['half a JSON text', { at: 'garbled', afterTokens: 2 }, { kind: 'ANSWER_BROKEN' }],
    ['a web page with status 200', { at: 'page' }, { kind: 'ANSWER_BROKEN' }],
  ])('is at fault by name: %s', async (_, error, expected) => {
    const name = failing(error)
    expect(await fault(name)).toMatchObject(expected)
    expect((await ask(name)).reply.stopReason).toBe('end_turn')
  })

  test('is told apart from nobody, refuses a wrong key in its own words, and names a web page', async () => {
    const wrong = await fault('scripted:hello', { apiKey: 'wrong' })
    expect(wrong).toMatchObject({
      kind: 'REFUSED',
      message: expect.stringMatching(/gateway at .* answered 40[01]: .*key/),
    })
    expect((await fault(failing({ at: 'page' }))).message).toContain('a web page (Sign in to the network)')
    const nobody = serverOf(
      { name: 'm', dialect, source: 'added', problem: null, baseUrl: 'http://127.0.0.1:9', apiKey: null },
      limits,
    )
    await expect(nobody.reply(request('m'), { signal: never, onDelta: () => undefined })).rejects.toMatchObject({
      kind: 'SERVER_UNREACHABLE',
      message: expect.stringMatching(/bad port|ECONNREFUSED/),
    })
  })

  test('is left when it is stopped, and when it falls silent', async () => {
    const slow = scenario([{ say: 'word '.repeat(500), speed: { tokensPerSecond: 1 } }])
    const stop = new AbortController()
    const reason = new Error('killed')
    const call = { signal: stop.signal, onDelta: () => stop.abort(reason) }
    await expect(model().reply(request(slow), call)).rejects.toBe(reason)
    const late = scenario([{ say: 'Hi.', speed: { headersMs: 3_600_000 } }])
    expect(await fault(late, { limits: { firstByteMs: 50 } })).toMatchObject({
      kind: 'ANSWER_BROKEN',
      message: expect.stringContaining('sent nothing'),
    })
  })

  test('says nothing at all, and that is an answer', async () => {
    const { reply, deltas } = await ask(failing({ at: 'blank' }))
    expect({ ...reply, deltas }).toMatchObject({ content: [], stopReason: 'end_turn', deltas: [] })
  })
})

const told: ModelRequest['messages'] = [{ role: 'user', content: [{ type: 'text', text: 'Do it.' }] }]

function results(reply: Reply, outputs: readonly string[], failed?: number) {
  const ids = reply.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []))
  return {
    role: 'user' as const,
    content: outputs.map((content, index) => ({
      type: 'tool_result' as const,
      tool_use_id: ids[index] ?? '',
      content,
      is_error: index === failed,
    })),
  }
}
