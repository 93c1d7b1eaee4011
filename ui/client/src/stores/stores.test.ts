import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { ConversationEntry, SessionView } from '@mosaic/contracts/agent-session'
import { foldEvent, type RecordedEvent } from '@mosaic/contracts/kernel'
import { eventually, messageRecorded, spawnRequested, testLog } from '@mosaic/kit'
import { type SessionEvent, sessionView } from '@mosaic/views'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ScriptedSocket } from '../../test/scripted-socket.ts'
import { type Client, createClient } from '../client.ts'
import { LiveConnection } from '../live/connection.ts'
import { emptyLiveConversation, followConversation } from './conversation.ts'
import { emptyFleet, followFleet } from './fleet.ts'
import { holding } from './holder.ts'

const sessionId = '0190d1c8-0000-7000-8000-000000000001'
const said = (text: string, at: number) => messageRecorded(sessionId, `0190d1c8-0000-7000-8000-0000000000a${at}`, text)
const history = testLog().add(`agentSession-${sessionId}`, [
  spawnRequested(sessionId),
  said('one', 1),
  said('two', 2),
  said('three', 3),
])
const folded = (count: number): SessionView =>
  history
    .slice(0, count)
    .reduce<SessionView | undefined>((view, event) => foldEvent(sessionView, view, event as SessionEvent), undefined)!

/** What the read models answer, by path, with or without its query; a path without an answer is away. */
let answers: Record<string, unknown>
let server: Server
let client: Client
let socket: ScriptedSocket
let live: LiveConnection
beforeEach(async () => {
  answers = {}
  server = createServer((request, response) => {
    const asked = request.url!.replace('/api/mission-control', '')
    const answer = answers[asked] ?? answers[asked.split('?')[0]!]
    response.writeHead(answer ? 200 : 503).end(JSON.stringify(answer ?? {}))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  client = createClient({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}` })
  socket = new ScriptedSocket()
  live = new LiveConnection(socket.connect, socket.clock)
})
afterEach(() => {
  live.close()
  server.close()
})

const tell = (event: unknown) => socket.say({ type: 'event', event: event as RecordedEvent })
const open = (position = '0') => {
  socket.last.open()
  socket.last.say({ type: 'subscribed', id: socket.subscribed().id, position })
}

test('a fleet is what the read model says, kept up by the events, and caught up where some were missed', async () => {
  answers['/tree'] = { roots: [{ ...folded(2), children: [] }], position: '1' }
  const fleet = holding(emptyFleet())
  const changes: number[] = []
  fleet.subscribe(({ sessions }) => changes.push(sessions[sessionId]?.messages ?? -1))
  followFleet({ client, live, fleet })
  open()
  await eventually('the read model', () => fleet.get().phase === 'ready')
  tell(history[1])
  tell(history[2])
  expect(fleet.get().sessions[sessionId]).toEqual(folded(3))
  expect(changes.at(-1)).toBe(2)

  answers['/tree'] = { roots: [], position: '1' }
  answers[`/sessions/${sessionId}`] = folded(4)
  const behind = holding(emptyFleet())
  followFleet({ client, live, fleet: behind })
  tell(history[3])
  await eventually('the missing events', () => behind.get().sessions[sessionId] !== undefined)
  expect(behind.get().sessions[sessionId]).toEqual(folded(4))
})

test('what comes while a session is being asked for was missing for good when it was the last: it is asked for, too', async () => {
  answers['/tree'] = { roots: [], position: '1' }
  answers[`/sessions/${sessionId}`] = folded(3)
  const fleet = holding(emptyFleet())
  fleet.subscribe(({ sessions }) => {
    if (sessions[sessionId]?.revision === 2) answers[`/sessions/${sessionId}`] = folded(4)
  })
  followFleet({ client, live, fleet })
  open()
  tell(history[2])
  tell(history[3])
  await eventually('both events', () => fleet.get().sessions[sessionId]?.revision === 3)
  expect(fleet.get().sessions[sessionId]).toEqual(folded(4))
})

test('what a read model that lags lacked when a fleet was loaded is asked for: it was told before anybody listened', async () => {
  const { position } = history[1]!
  answers['/tree'] = { roots: [{ ...folded(1), children: [] }], position: history[0]!.position }
  const fleet = holding(emptyFleet())
  fleet.subscribe(({ sessions }) => {
    if (sessions[sessionId]) answers[`/tree?after=${position}`] = { roots: [{ ...folded(2), children: [] }], position }
  })
  followFleet({ client, live, fleet })
  open(position)
  await eventually('the event before', () => fleet.get().sessions[sessionId]?.revision === 1)
  expect(fleet.get().sessions[sessionId]).toEqual(folded(2))
})

test('a fleet says that it could not be loaded', async () => {
  const fleet = holding(emptyFleet())
  followFleet({ client, live, fleet })
  open()
  await eventually('a failure', () => fleet.get().phase === 'failed')
  expect(fleet.get().failure).toBeInstanceOf(Error)
})

const entry = (at: number): ConversationEntry => {
  const { revision, position, metadata, data } = history[at]!
  const message = data as ReturnType<typeof said>['data']
  return {
    ...message,
    kind: 'message',
    revision,
    position,
    occurredAt: metadata.occurredAt,
    operator: null,
  } as ConversationEntry
}
const texts = (state: ReturnType<typeof emptyLiveConversation>) =>
  state.conversation.order.map((key) => {
    const found = state.conversation.entries[key]
    return found?.kind === 'message' ? found.content.map((block) => ('text' in block ? block.text : '')).join('') : ''
  })

test('a conversation is its newest page, what comes live, and older pages when they are asked for', async () => {
  answers[`/sessions/${sessionId}/messages`] = { items: [entry(2)], hasMore: true, position: '1' }
  const state = holding(emptyLiveConversation())
  const { loadOlder, close } = followConversation({ client, live, sessionId, state })
  socket.last.open()
  await eventually('the page', () => state.get().phase === 'ready')
  expect(socket.subscribed().topic).toMatchObject({ afterRevision: 2 })
  tell(history[3])
  expect(texts(state.get())).toEqual(['two', 'three'])
  answers[`/sessions/${sessionId}/messages`] = { items: [entry(1)], hasMore: false, position: '1' }
  await loadOlder()
  expect(texts(state.get())).toEqual(['one', 'two', 'three'])
  close()
  expect(socket.last.sent.at(-1)?.type).toBe('unsubscribe')
})

test('a conversation comes from the log alone where the read model is away', async () => {
  const state = holding(emptyLiveConversation())
  followConversation({ client, live, sessionId, state })
  socket.last.open()
  await eventually('a subscription', () => socket.last.sent.length > 0)
  for (const event of history) tell(event)
  socket.say({ type: 'caught-up', revision: 3 })
  expect([texts(state.get()).slice(-3), state.get().phase]).toEqual([['one', 'two', 'three'], 'ready'])
  expect(state.get().failure).toBeInstanceOf(Error)
})
