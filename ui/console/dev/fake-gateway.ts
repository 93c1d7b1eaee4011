// For working on the console without the rest of Mosaic: a make-believe gateway with talking agents, in memory.
//   node dev/fake-gateway.ts [--port 4900] [--agents 3] [--history 0] [--word-ms 60] [--role observer]
// It serves ../dist; with `pnpm dev` beside it, Vite passes /api and /ws on (MOSAIC_GATEWAY_URL).
import { hasEnded } from '@mosaic/contracts/agent-session'
import { clientFrame, type ServerFrame } from '@mosaic/contracts/http'
import { newId } from '@mosaic/contracts/kernel'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { extname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { WebSocketServer } from 'ws'
import { Agent, operator } from './simulation.ts'
import { Store } from './store.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4900' },
    agents: { type: 'string', default: '3' },
    history: { type: 'string', default: '0' },
    'word-ms': { type: 'string', default: '60' },
    role: { type: 'string', default: 'admin' },
  },
})
const store = new Store()
const agents = new Map<string, Agent>()
let layout: unknown = { panels: [], columns: null }

const tasks = [
  'Find out why the checkout fails on an empty cart and have it fixed',
  'Make the failing cart test pass',
  'Write the guide to discounts',
  'Review what was done',
] as const
const names = [
  'lead',
  'fixer',
  'writer',
  'reviewer',
  'tester',
  'scout',
  'mason',
  'linter',
  'porter',
  'drafter',
  'builder',
  'auditor',
]
const mission = newId()
let parent: string | undefined
for (let at = 0; at < Number(values.agents); at++) {
  const spawn = {
    name: names[at] ?? `agent-${at}`,
    agentType: at === 0 ? 'lead' : 'worker',
    task: tasks[at % tasks.length]!,
    mission,
  } as const
  const agent = new Agent(store, parent === undefined ? spawn : { ...spawn, parent }, at === 2)
  parent ??= agent.sessionId
  agents.set(agent.sessionId, agent)
  if (at === 0) fillHistory(agent.sessionId, Number(values.history))
  void agent.run(Number(values['word-ms']))
}

function fillHistory(sessionId: string, events: number): void {
  for (let at = 0; at < events; at++) {
    const content = [{ type: 'text', text: `Note ${at}: nothing unusual in \`module-${at}\`, going on.` }]
    store.append(sessionId, 'MessageRecorded', {
      messageId: newId(),
      turn: at,
      role: 'agent',
      content,
      usage: null,
      stopReason: null,
      model: null,
    })
  }
}

const position = () => String(9_999 + store.log.length)
const answerOf = (sessionId: string) => {
  const { status, revision } = store.sessions.get(sessionId)!
  return { sessionId, status, revision, position: position() }
}

function audit() {
  const items = store.log
    .filter(({ metadata }) => metadata.actor.kind === 'operator')
    .toReversed()
    .slice(0, 50)
  return {
    items: items.map((event) => {
      const sessionId = event.streamId.slice('agentSession-'.length)
      const { text, reason } = event.data as { text?: string; reason?: string }
      const { id: eventId, type: action, streamId, revision } = event
      return {
        eventId,
        position: event.position,
        occurredAt: event.metadata.occurredAt,
        operatorId: 'local',
        operatorName: 'Ada',
        action,
        streamId,
        revision,
        sessionId,
        sessionName: store.sessions.get(sessionId)?.name ?? null,
        preview: text ?? reason ?? '',
      }
    }),
    nextCursor: null,
    position: position(),
  }
}

const bodyOf = async (request: IncomingMessage) => {
  let text = ''
  for await (const chunk of request) text += chunk
  return text === '' ? {} : JSON.parse(text)
}

async function answer(method: string, url: URL, request: IncomingMessage): Promise<unknown> {
  const path = url.pathname.replace('/api/mission-control', '')
  const [, , id, verb] = path.split('/')
  if (path === '/api/sign-in') return { operatorId: 'local', name: 'Ada', workspaceId: 'default', role: values.role }
  if (path === '/api/status') return { components: {}, models: ['scripted:demo'] }
  if (path === '/api/agent-presets' || path === '/api/agent-providers') return { items: [] }
  if (path === '/api/events') {
    const from = BigInt(url.searchParams.get('from') ?? '0')
    const stream = url.searchParams.get('stream')
    return {
      items: store.log.filter((event) => event.streamId === stream && BigInt(event.position) > from).slice(0, 1),
      nextPosition: null,
    }
  }
  if (path === '/tree') return { roots: store.tree(), position: position() }
  if (path === '/api/approval-policy') return { policy: null, setBy: null, setAt: null }
  if (path === '/dashboard') return store.dashboard(position())
  if (path === '/audit') return audit()
  if (path === '/layout') return (layout = method === 'PUT' ? await bodyOf(request) : layout)
  if (path === '/kill-all') {
    const sessionIds = [...store.sessions.values()]
      .filter(({ status }) => !hasEnded(status))
      .map(({ sessionId }) => sessionId)
    for (const sessionId of sessionIds) agents.get(sessionId)?.command('kill')
    return { killAllId: newId(), sessionIds, unconfirmed: [], position: position() }
  }
  if (path === '/fleet') return { freezes: [], position: position() }
  if (path === '/sessions' && method === 'POST') {
    const { name = 'newcomer', agentType = 'worker', task } = await bodyOf(request)
    const agent = new Agent(store, { name, agentType, task, mission: newId() })
    agents.set(agent.sessionId, agent)
    void agent.run(Number(values['word-ms']))
    return answerOf(agent.sessionId)
  }
  const agent = agents.get(id ?? '')
  if (!agent) return undefined
  if (verb === 'messages') {
    const query = (name: string, otherwise: number) => Number(url.searchParams.get(name) ?? otherwise)
    return {
      ...store.entries(agent.sessionId, query('beforeRevision', 1e9), query('limit', 100)),
      position: position(),
    }
  }
  if (verb === undefined) return store.sessions.get(agent.sessionId)!
  if (verb === 'inject') agent.inject((await bodyOf(request)).text, operator.name)
  else agent.command(verb)
  return answerOf(agent.sessionId)
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const policy =
  "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'"

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname.startsWith('/api/')) {
    const content = await answer(request.method ?? 'GET', url, request)
    const missing = {
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      code: 'ROUTE_NOT_FOUND',
      detail: 'There is nothing here.',
    }
    response.writeHead(content === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(content ?? missing))
    return
  }
  const file = extname(url.pathname) === '' ? '/index.html' : url.pathname
  const content = await readFile(join(import.meta.dirname, '../dist', file)).catch(() => null)
  response.writeHead(content ? 200 : 404, {
    'content-type': types[extname(file)] ?? 'text/plain',
    'content-security-policy': policy,
  })
  response.end(content ?? 'Build the console first: pnpm build')
})

new WebSocketServer({ server, path: '/ws' }).on('connection', (socket) => {
  const ends = new Map<string, () => void>()
  const send = (frame: ServerFrame) => socket.send(JSON.stringify(frame))
  socket.on('message', (data) => {
    const frame = clientFrame.parse(JSON.parse(String(data)))
    if (frame.type === 'ping') return send({ type: 'pong' })
    if (frame.type === 'unsubscribe') return ends.get(frame.id)?.()
    const { id, topic } = frame
    const stream = topic.kind === 'session' ? `agentSession-${topic.sessionId}` : null
    send({ type: 'subscribed', id, position: store.log.at(-1)?.position ?? '0' })
    const onEvent = (event: (typeof store.log)[number]) => {
      if (stream === null || event.streamId === stream) send({ type: 'frame', id, frame: { type: 'event', event } })
    }
    if (topic.kind === 'session') {
      for (const event of store.log) if (event.revision > (topic.afterRevision ?? -1)) onEvent(event)
      send({
        type: 'frame',
        id,
        frame: { type: 'caught-up', revision: store.sessions.get(topic.sessionId)?.revision ?? null },
      })
    }
    const onLive = (live: Parameters<Store['say']>[0]) => {
      if (topic.kind === 'session' && live.sessionId === topic.sessionId)
        send({ type: 'frame', id, frame: { type: 'live', frame: live } })
    }
    store.listeners.add(onEvent)
    store.liveListeners.add(onLive)
    ends.set(id, () => {
      store.listeners.delete(onEvent)
      store.liveListeners.delete(onLive)
    })
  })
  socket.on('close', () => ends.forEach((end) => end()))
})

server.listen(Number(values.port), '127.0.0.1', () => console.log(`http://127.0.0.1:${values.port}`))
