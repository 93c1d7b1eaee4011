// For tests: an agent that speaks the Agent Client Protocol over its input and output and does what its prompt says.
// "PLAY [...]" is a list of acts; what it is told without one, it repeats.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

let asked = 0
const waiting = new Map()
let cancelled = false
let tools
let onCancel = () => undefined

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const update = (change) => send({ method: 'session/update', params: { sessionId: 's', update: change } })
const say = (text) => update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } })
const request = (method, params) =>
  new Promise((resolve) => {
    const id = `a${(asked += 1)}`
    waiting.set(id, resolve)
    send({ id, method, params })
  })
const options = [
  { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
  { optionId: 'no', name: 'No', kind: 'reject_once' },
]

const acts = {
  say,
  plan: (contents) =>
    update({
      sessionUpdate: 'plan',
      entries: contents.map((content) => ({ content, priority: 'medium', status: 'pending' })),
    }),
  think: (text) => update({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text } }),
  write: ([file, text]) => writeFileSync(file, text),
  tool: ({ output, status = 'completed', ...call }) => {
    update({ sessionUpdate: 'tool_call', status: 'pending', kind: 'execute', title: 'a tool', ...call })
    update({ sessionUpdate: 'tool_call_update', toolCallId: call.toolCallId, status: 'in_progress' })
    update({
      sessionUpdate: 'tool_call_update',
      toolCallId: call.toolCallId,
      status,
      content: [{ type: 'content', content: { type: 'text', text: output } }],
    })
  },
  begin: (toolCallId) =>
    update({ sessionUpdate: 'tool_call', toolCallId, status: 'in_progress', kind: 'execute', title: 'begun' }),
  ask: async ({ file, ...toolCall }) => {
    const { outcome } = await request('session/request_permission', {
      sessionId: 's',
      toolCall: { title: 'write', kind: 'edit', rawInput: { file }, ...toolCall },
      options,
    })
    if (outcome.optionId === 'yes') writeFileSync(file, 'allowed')
    say(`I was told ${outcome.optionId ?? outcome.outcome}.`)
  },
  model: async (model) => {
    const response = await fetch(`${process.env.MODEL_URL}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'mine' },
      body: JSON.stringify({ model, max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] }),
    })
    const answer = await response.json()
    say(answer.content?.[0]?.text ?? JSON.stringify(answer))
  },
  // One conversation, as many as are to go on side by side: what was answered is said, and becomes a part of it.
  talk: async ({ model, texts, sides = 1, maxTokens = 100, leaveAfterMs }) => {
    const talkOn = async (messages) => {
      for (const text of texts) {
        messages.push({ role: 'user', content: text })
        const response = await fetch(`${process.env.MODEL_URL}/v1/messages`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ model, max_tokens: maxTokens, system: 'Be brief.', messages }),
          ...(leaveAfterMs && { signal: AbortSignal.timeout(leaveAfterMs) }),
        })
        const answer = await response.json()
        if (!response.ok) return say(`${response.status} ${answer.error.message}`)
        messages.push({ role: 'assistant', content: answer.content })
        say(answer.content[0].text)
      }
    }
    await Promise.all(Array.from({ length: sides }, () => talkOn([]).catch((error) => say(error.name))))
  },
  raw: async ({ path, body }) => {
    const response = await fetch(process.env.MODEL_URL + path, { method: 'POST', body: JSON.stringify(body) })
    say(`${response.status} ${await response.text()}`)
  },
  elsewhere: async (path) =>
    say(String((await fetch(process.env.MODEL_URL + path, { method: 'POST', body: '{}' })).status)),
  /** Calls a tool of the MCP server that it was told of, and says what came of it. */
  mcp: async ([name, input]) => {
    const response = await fetch(tools, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }),
    })
    const answer = await response.text()
    const { result, error } = JSON.parse(answer.match(/^data: (.*)$/m)?.[1] ?? answer)
    say(result ? result.content.map(({ text }) => text).join('') : JSON.stringify(error))
  },
  environment: () => say(JSON.stringify(process.env)),
  children: (count) => {
    for (let n = 0; n < count; n++) spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref()
  },
  count: async (file) => {
    for (let n = 0; !cancelled; n++) {
      writeFileSync(file, String(n))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  },
  forget: () => rmSync(`${process.env.STATE}/conversation`),
  wait: () => new Promise((resolve) => (onCancel = resolve)),
  garbage: (text) => process.stdout.write(`${text}\n`),
  line: (bytes) => process.stdout.write(`${'x'.repeat(bytes)}\n`),
  flood: (count) => {
    for (let n = 0; n < count; n++) acts.begin(`f${n}`)
  },
  exit: (code) => {
    console.error('it is all too much')
    process.exit(code)
  },
}

async function prompt({ prompt: [{ text }] }) {
  cancelled = false
  const play = text.match(/PLAY (\[.*\])/s)
  const list =
    play && !/no longer remember|were interrupted/.test(text) ? JSON.parse(play[1]) : [{ say: `You said: ${text}` }]
  for (const act of list) for (const [name, value] of Object.entries(act)) await acts[name](value)
  return { stopReason: cancelled ? 'cancelled' : 'end_turn' }
}

const takesUp = { load: { loadSession: true }, resume: { sessionCapabilities: { resume: {} } } }

/** Throws where it has no such conversation. */
const takeUp = () => readFileSync(`${process.env.STATE}/conversation`)

const handlers = {
  initialize: () => ({
    protocolVersion: Number(process.env.VERSION ?? 1),
    agentCapabilities: { mcpCapabilities: { http: true }, ...takesUp[process.env.TAKES_UP] },
  }),
  'session/new': ({ mcpServers: [server] }) => {
    tools = server.url
    if (process.env.STATE) writeFileSync(`${process.env.STATE}/conversation`, 'held')
    return { sessionId: 's' }
  },
  'session/load': ({ mcpServers: [server] }) => {
    tools = server.url
    takeUp()
    say('Told again.')
    acts.tool({ toolCallId: 'again', output: 'told again' })
    return {}
  },
  'session/resume': ({ mcpServers: [server] }) => {
    tools = server.url
    takeUp()
    return {}
  },
  'session/prompt': prompt,
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, method, params, result } = JSON.parse(line)
  if (method === 'session/cancel') {
    cancelled = true
    return onCancel()
  }
  if (method === undefined) return waiting.get(id)?.(result)
  const answer = await Promise.resolve(params)
    .then(handlers[method])
    .then((result) => ({ id, result }))
    .catch(({ message }) => ({ id, error: { code: -32603, message } }))
  send(answer)
  if (process.env.TWICE) send(answer)
})
