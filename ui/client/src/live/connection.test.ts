import type { RecordedEvent } from '@mosaic/contracts/kernel'
import { describe, expect, test } from 'vitest'
import { backOffMs } from '../back-off.ts'
import { ScriptedSocket } from '../../test/scripted-socket.ts'
import { LiveConnection } from './connection.ts'

const sessionId = '01900000-0000-7000-8000-000000000001'

const eventAt = (revision: number): RecordedEvent => ({
  id: `event-${revision}`,
  type: 'AgentPaused',
  streamId: `agentSession-${sessionId}`,
  revision,
  position: String(1000 + revision),
  data: { sessionId },
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    commandId: 'c',
    workspaceId: 'default',
    actor: { kind: 'system', id: 'orchestrator' },
    occurredAt: '2026-01-01T00:00:00.000Z',
    schemaVersion: 1,
    instanceId: 'i',
  },
})

function listening(afterRevision?: number) {
  const server = new ScriptedSocket()
  const connection = new LiveConnection(server.connect, server.clock)
  const seen: number[] = []
  const unsubscribe = connection.subscribe(
    { kind: 'session', sessionId, ...(afterRevision === undefined ? {} : { afterRevision }) },
    { event: ({ revision }) => seen.push(revision) },
  )
  server.last.open()
  return { server, connection, seen, unsubscribe }
}

describe('a subscription', () => {
  test('made before the socket is open is asked for when it opens', () => {
    const { server } = listening(4)
    expect(server.subscribed().topic).toEqual({ kind: 'session', sessionId, afterRevision: 4 })
  })

  test('goes on after the last revision when the connection comes back', () => {
    const { server, connection, seen } = listening(4)
    server.say({ type: 'event', event: eventAt(5) })
    server.say({ type: 'event', event: eventAt(6) })
    server.last.drop()
    expect(connection.state).toBe('lost')
    server.pass(300)
    server.last.open()
    expect(connection.state).toBe('open')
    expect(server.subscribed().topic).toEqual({ kind: 'session', sessionId, afterRevision: 6 })
    server.say({ type: 'event', event: eventAt(7) })
    expect(seen).toEqual([5, 6, 7])
  })

  test('drops what it has already seen', () => {
    const { server, seen } = listening()
    for (const revision of [0, 1, 1, 0, 2]) server.say({ type: 'event', event: eventAt(revision) })
    expect(seen).toEqual([0, 1, 2])
  })

  test('asks again at a gap, and ignores what the first attempt still sends', () => {
    const { server, seen } = listening()
    server.say({ type: 'event', event: eventAt(0) })
    const first = server.subscribed().id
    server.say({ type: 'event', event: eventAt(2) })
    expect(server.last.sent).toContainEqual({ type: 'unsubscribe', id: first })
    expect(server.subscribed()).toMatchObject({ topic: { afterRevision: 0 } })
    server.say({ type: 'event', event: eventAt(3) }, first)
    server.say({ type: 'event', event: eventAt(1) })
    server.say({ type: 'event', event: eventAt(2) })
    expect(seen).toEqual([0, 1, 2])
  })

  test('asks again when the server dropped a slow reader', () => {
    const { server } = listening(9)
    const first = server.subscribed().id
    server.say({ type: 'dropped', revision: 9 })
    expect(server.subscribed().id).not.toBe(first)
    expect(server.subscribed().topic).toMatchObject({ afterRevision: 9 })
  })

  test('waits before it asks again when the store is down', () => {
    const { server } = listening()
    const asked = () => server.last.sent.filter(({ type }) => type === 'subscribe').length
    const problem = { type: 'about:blank', title: 'Down', status: 503, code: 'STORE_UNAVAILABLE', detail: '' } as const
    server.say({ type: 'problem', problem })
    expect(asked()).toBe(1)
    server.pass(2000)
    expect(asked()).toBe(2)
  })

  test('that has ended gets nothing more', () => {
    const { server, seen, unsubscribe } = listening()
    const { id } = server.subscribed()
    unsubscribe()
    expect(server.last.sent.at(-1)).toEqual({ type: 'unsubscribe', id })
    server.say({ type: 'event', event: eventAt(0) }, id)
    expect(seen).toEqual([])
  })
})

describe('an agent that is watched', () => {
  const watching = () => {
    const server = new ScriptedSocket()
    const connection = new LiveConnection(server.connect, server.clock)
    const seen: string[] = []
    connection.watchAgent(sessionId, {
      afterRevision: 4,
      event: (event) => seen.push(event.type === 'AgentFailed' ? event.data.code : event.type),
      unreadable: ({ type }) => seen.push(`unreadable ${type}`),
      problem: ({ code }) => seen.push(code),
    })
    server.last.open()
    return { server, seen }
  }

  test('has events whose data is of their type, and those apart that this program cannot read', () => {
    const { server, seen } = watching()
    const failed = { ...eventAt(6), type: 'AgentFailed', data: { sessionId, code: 'INTERNAL', message: 'm' } }
    server.say({ type: 'event', event: eventAt(5) })
    server.say({ type: 'event', event: failed })
    server.say({ type: 'event', event: { ...eventAt(7), type: 'AgentDreamt' } })
    server.say({ type: 'event', event: { ...eventAt(8), data: {} } })
    expect(seen).toEqual(['AgentPaused', 'INTERNAL', 'unreadable AgentDreamt', 'unreadable AgentPaused'])
  })

  test('that is not there says so, and is not asked for again', () => {
    const { server, seen } = watching()
    const { id } = server.subscribed()
    const problem = {
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      detail: 'd',
      code: 'SESSION_NOT_FOUND' as const,
    }
    server.last.say({ type: 'problem', id, problem })
    server.pass(60_000)
    expect([seen, server.subscribed().id]).toEqual([['SESSION_NOT_FOUND'], id])
  })
})

describe('the connection', () => {
  test('asks whether somebody is signed in where it is not taken, or not any longer', () => {
    const server = new ScriptedSocket()
    let asked = 0
    const connection = new LiveConnection(server.connect, server.clock, () => asked++)
    server.last.drop()
    expect(asked).toBe(1)
    server.pass(300)
    server.last.open()
    server.last.drop()
    expect(asked, 'it was lost, not refused').toBe(1)
    server.pass(300)
    server.last.open()
    server.last.drop(4401)
    expect(asked).toBe(2)
    connection.close()
  })

  test('is given up when nothing answers a ping', () => {
    const { server, connection } = listening()
    server.pass(10_000)
    expect(server.last.sent.at(-1)).toEqual({ type: 'ping' })
    server.pass(5_000)
    expect(connection.state).toBe('lost')
  })

  test('lives on while the server answers', () => {
    const { server, connection } = listening()
    server.pass(10_000)
    server.last.say({ type: 'pong' })
    server.pass(5_000)
    expect(connection.state).toBe('open')
  })

  test('is not tried again once it is closed', () => {
    const { server, connection } = listening()
    connection.close()
    server.last.drop()
    server.pass(60_000)
    expect(server.sockets).toHaveLength(1)
  })

  test('waits longer after every failure, at most eight seconds', () => {
    expect([0, 1, 2, 5, 20].map((attempt) => backOffMs(attempt, 1))).toEqual([250, 500, 1000, 8000, 8000])
    expect(backOffMs(20, 0)).toBe(4000)
  })
})
