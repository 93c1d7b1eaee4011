import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { StreamFrame } from '@mosaic/contracts/http'
import type { EventStore } from '@mosaic/event-store'
import {
  commandContext,
  type Engine,
  eventually,
  messageRecorded,
  spawnRequested,
  startEventStore,
  startMessaging,
} from '@mosaic/kit'
import { connectMessaging, type Messaging } from '@mosaic/messaging'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway } from '../../test/gateway.ts'
import { openSocket, readSse, revisionsOf } from '../../test/readers.ts'
import { freePort, type ServiceProcess, startService } from '../../test/service-process.ts'

let eventStore: Engine
let nats: Engine
let natsPort: number
let relay: ServiceProcess
let gateway: Awaited<ReturnType<typeof startTestGateway>>
let agents: Messaging

beforeAll(async () => {
  natsPort = await freePort()
  ;[eventStore, nats] = await Promise.all([startEventStore(), startMessaging({ port: natsPort })])
  const env = { MOSAIC_EVENTSTORE_URL: eventStore.url, MOSAIC_NATS_URL: nats.url }
  relay = await startService('services/relay/src/main.ts', env)
  gateway = await startTestGateway({ eventStoreUrl: eventStore.url, natsUrl: nats.url })
  agents = connectMessaging({ url: nats.url, name: 'agents' })
})
afterAll(async () => {
  await Promise.allSettled([gateway.close(), agents.close(), relay.kill()])
  await Promise.allSettled([nats.close(), eventStore.close()])
})

const append = (store: EventStore, sessionId: string, text: string, workspaceId = 'default') =>
  store.append(`agentSession-${sessionId}`, [messageRecorded(sessionId, randomUUID(), text)], {
    expectedRevision: 'any',
    context: commandContext({ workspaceId }),
  })

async function newSession(workspaceId = 'default'): Promise<string> {
  const sessionId = randomUUID()
  await gateway.eventStore.append(`agentSession-${sessionId}`, [spawnRequested(sessionId)], {
    expectedRevision: 'no-stream',
    context: commandContext({ workspaceId }),
  })
  return sessionId
}

/** Appends so many messages, several at once, while `meanwhile` does its work. */
async function appendAll(
  sessionId: string,
  count: number,
  meanwhile: (done: number) => void = () => {},
): Promise<void> {
  let started = 0
  const append1 = async () => {
    while (started < count) {
      started++
      await append(gateway.eventStore, sessionId, `message ${started}`)
      meanwhile(started)
    }
  }
  await Promise.all([append1(), append1(), append1(), append1()])
}

const upTo = (last: number) => Array.from({ length: last + 1 }, (_, revision) => revision)
const isCaughtUp = ({ type }: StreamFrame) => type === 'caught-up'
const streamOf = (sessionId: string) => `${gateway.url}/api/mission-control/sessions/${sessionId}/stream`
const subscription = (sessionId: string, afterRevision?: number) => ({
  type: 'subscribe',
  id: sessionId,
  topic: { kind: 'session', sessionId, ...(afterRevision !== undefined && { afterRevision }) },
})

describe('the seam between log and NATS', () => {
  test('has no gap and no repeat for readers who come at any moment of a busy session', async () => {
    const sessionId = await newSession()
    const sse: ReturnType<typeof readSse>[] = []
    const socket = await openSocket(gateway.url, gateway.bearer)
    const ids: string[] = []
    await appendAll(sessionId, 600, (done) => {
      if (done % 40 !== 0) return
      sse.push(readSse(streamOf(sessionId), gateway.bearer))
      const id = `at ${done}`
      ids.push(id)
      socket.send({ ...subscription(sessionId), id })
    })
    const readers = () => [...sse.map(({ frames }) => frames), ...ids.map((id) => socket.framesOf(id))]
    await eventually(
      'everyone has it all',
      () => readers().every((frames) => revisionsOf(frames).at(-1) === 600 && frames.some(isCaughtUp)),
      30_000,
    )
    for (const frames of readers()) {
      expect(revisionsOf(frames)).toEqual(upTo(600))
      expect(frames.filter(isCaughtUp)).toHaveLength(1)
    }
    for (const reader of sse) reader.close()
    socket.close()
  })

  test('stays whole while NATS goes and comes back', async () => {
    const sessionId = await newSession()
    const reader = readSse(streamOf(sessionId), gateway.bearer)
    const all = readSse(`${gateway.url}/api/events/stream`, gateway.bearer)
    await eventually('both read', () => reader.frames.length > 1 && all.frames.length > 0)
    await appendAll(sessionId, 50)
    await nats.close()
    await appendAll(sessionId, 50)
    await eventually('the log takes over', () => revisionsOf(reader.frames).at(-1) === 100)
    const status = await fetch(`${gateway.url}/api/status`, { headers: gateway.bearer })
    expect(await status.json()).toMatchObject({ components: { nats: { status: 'unhealthy' } } })

    // An empty disk at that: the relay fills the new server from the log.
    nats = await startMessaging({ port: natsPort })
    await appendAll(sessionId, 50)
    await eventually('everything is there', () => revisionsOf(reader.frames).at(-1) === 150, 20_000)
    await eventually(
      'NATS has it again',
      async () => {
        const answer = await fetch(`${gateway.url}/api/status`, { headers: gateway.bearer })
        const { components } = (await answer.json()) as { components: Record<string, { status: string }> }
        if (components['nats']?.status === 'healthy') return true
        await append(gateway.eventStore, await newSession(), 'elsewhere')
        return false
      },
      20_000,
    )
    await appendAll(sessionId, 10)
    await eventually('and goes on', () => revisionsOf(reader.frames).at(-1) === 160)
    expect(revisionsOf(reader.frames)).toEqual(upTo(160))
    const own = all.frames.filter((frame) => frame.type === 'event' && frame.event.streamId.endsWith(sessionId))
    // The first event was on its way when this reader came: it may have got that one, too.
    expect(upTo(160).slice(revisionsOf(own)[0])).toEqual(revisionsOf(own))
    expect(revisionsOf(own)[0]).toBeLessThanOrEqual(1)
    reader.close()
    all.close()
  }, 60_000)

  test('stays whole while the relay is away', async () => {
    const sessionId = await newSession()
    const reader = readSse(streamOf(sessionId), gateway.bearer)
    await eventually('reading', () => reader.frames.length > 1)
    await relay.kill()
    await appendAll(sessionId, 20)
    await eventually('the log takes over', () => revisionsOf(reader.frames).at(-1) === 20)
    await relay.restart()
    await appendAll(sessionId, 20)
    await eventually('everything is there', () => revisionsOf(reader.frames).at(-1) === 40)
    expect(revisionsOf(reader.frames)).toEqual(upTo(40))
    reader.close()
  })
})

describe('resuming', () => {
  test('goes on after Last-Event-ID', async () => {
    const sessionId = await newSession()
    await appendAll(sessionId, 9)
    const reader = readSse(streamOf(sessionId), { ...gateway.bearer, 'last-event-id': '6' })
    await eventually('caught up', () => reader.frames.some(isCaughtUp))
    expect([revisionsOf(reader.frames), reader.ids]).toEqual([
      [7, 8, 9],
      ['7', '8', '9'],
    ])
    reader.close()
  })

  test('the events of the workspace go on after a position, filtered by type', async () => {
    const sessionId = await newSession()
    await appendAll(sessionId, 3)
    const [first] = await readEvents(`stream=agentSession-${sessionId}&limit=1`)
    const reader = readSse(
      `${gateway.url}/api/events/stream?from=${first!.position}&type=MessageRecorded`,
      gateway.bearer,
    )
    await eventually('history', () => revisionsOf(reader.frames).length === 3)
    await append(gateway.eventStore, sessionId, 'and live')
    await eventually('live', () => revisionsOf(reader.frames).length === 4)
    expect(revisionsOf(reader.frames)).toEqual([1, 2, 3, 4])
    reader.close()
  })
})

async function readEvents(query: string): Promise<{ position: string; streamId: string }[]> {
  const response = await fetch(`${gateway.url}/api/events?${query}`, { headers: gateway.bearer })
  return ((await response.json()) as { items: { position: string; streamId: string }[] }).items
}

describe('the socket', () => {
  test('sends live frames of sessions that are watched, and the fleet its events alone', async () => {
    const sessionId = await newSession()
    const socket = await openSocket(gateway.url, gateway.bearer)
    socket.send(subscription(sessionId))
    socket.send({ type: 'subscribe', id: 'fleet', topic: { kind: 'fleet' } })
    await eventually(
      'both caught up',
      () => socket.framesOf(sessionId).length > 1 && socket.framesOf('fleet').length > 0,
    )
    const frame = { kind: 'started', sessionId, messageId: randomUUID(), turn: 1 } as const
    await eventually('the live frame', () => {
      agents.publishLive('others', frame)
      agents.publishLive('default', frame)
      return socket.framesOf(sessionId).some(({ type }) => type === 'live')
    })
    await append(gateway.eventStore, sessionId, 'hello')
    await eventually('the event', () => revisionsOf(socket.framesOf('fleet')).length > 0)
    expect(socket.framesOf('fleet').some(({ type }) => type === 'live')).toBe(false)
    socket.close()
  })

  test('brings who comes late to where the agent is', async () => {
    const sessionId = await newSession()
    const socket = await openSocket(gateway.url, gateway.bearer)
    const frame = { sessionId, messageId: randomUUID() }
    const delta = { ...frame, kind: 'delta', block: 0, blockType: 'text', toolName: null } as const
    const words = { ...delta, offset: 0, text: 'Hello there' }
    await eventually('the words', () => {
      agents.publishLive('default', { ...frame, kind: 'started', turn: 1 })
      agents.publishLive('default', { ...delta, offset: 0, text: 'Hello ' })
      agents.publishLive('default', { ...delta, offset: 6, text: 'there' })
      const id = randomUUID()
      socket.send({ ...subscription(sessionId), id })
      return socket.received.some(
        (each) => each.type === 'frame' && each.frame.type === 'live' && isDeepStrictEqual(each.frame.frame, words),
      )
    })
    socket.close()
  })

  test('answers what it cannot read or do, and stays open', async () => {
    const elsewhere = await newSession('others')
    const missing = randomUUID()
    const socket = await openSocket(gateway.url, gateway.bearer)
    for (const frame of ['{', { type: 'dance' }, subscription(missing), subscription(elsewhere), { type: 'ping' }])
      socket.send(frame)
    await eventually('all answers', () => socket.received.length === 5)
    const problems = socket.received.flatMap((frame) =>
      frame.type === 'problem' ? [[frame.id, frame.problem.code]] : [],
    )
    expect(problems.slice(0, 2)).toEqual([
      [null, 'VALIDATION_FAILED'],
      [null, 'VALIDATION_FAILED'],
    ])
    expect(problems).toContainEqual([missing, 'SESSION_NOT_FOUND'])
    expect(problems).toContainEqual([elsewhere, 'WRONG_WORKSPACE'])
    socket.send({ type: 'unsubscribe', id: 'nothing' })
    await eventually('unsubscribed', () => socket.received.some(({ type }) => type === 'unsubscribed'))
    socket.close()
  })

  test('drops a reader who does not read, and lets it resume where it was', async () => {
    const sessionId = await newSession()
    const slow = await openSocket(gateway.url, gateway.bearer)
    slow.send(subscription(sessionId))
    await eventually('caught up', () => slow.framesOf(sessionId).length === 2)
    const quick = readSse(streamOf(sessionId), gateway.bearer)
    slow.socket.pause()
    const large = 'x'.repeat(200_000)
    for (let sent = 0; sent < 60; sent++) await append(gateway.eventStore, sessionId, large)
    await eventually('the quick one has it all', () => revisionsOf(quick.frames).at(-1) === 60)
    slow.socket.resume()
    const dropped = await eventually('dropped', () =>
      slow.framesOf(sessionId).find((frame) => frame.type === 'dropped'),
    )
    const { revision } = dropped as { revision: number }
    expect(revision).toBeLessThan(60)
    expect(revisionsOf(slow.framesOf(sessionId))).toEqual(upTo(revision))
    slow.send({ ...subscription(sessionId, revision), id: 'again' })
    await eventually('resumed', () => revisionsOf(slow.framesOf('again')).at(-1) === 60)
    expect(revisionsOf(slow.framesOf('again'))).toEqual(upTo(60).slice(revision + 1))
    quick.close()
    slow.close()
  })
})

test('a gateway that stops ends every stream, and does not wait for their readers', async () => {
  const stopping = await startTestGateway({ eventStoreUrl: eventStore.url, natsUrl: nats.url })
  const sessionId = await newSession()
  const headers = stopping.bearer
  const stream = await fetch(`${stopping.url}/api/mission-control/sessions/${sessionId}/stream`, { headers })
  const socket = await openSocket(stopping.url, headers)
  socket.send(subscription(sessionId))
  await eventually('both stream', () => socket.framesOf(sessionId).length > 0)
  const stalled = await openSocket(stopping.url, headers)
  stalled.socket.pause()
  const closed = new Promise<number>((resolve) => socket.socket.on('close', resolve))
  const startedAt = performance.now()
  await stopping.close()
  expect(performance.now() - startedAt).toBeLessThan(5000)
  expect(await closed).toBe(1001)
  expect(await stream.text()).toContain('caught-up')
  stalled.close()
})

describe('another workspace', () => {
  test('is seen in no stream, list or history', async () => {
    const all = readSse(`${gateway.url}/api/events/stream`, gateway.bearer)
    await eventually('reading', () => all.frames.length > 0)
    const elsewhere = await newSession('others')
    const own = await newSession()
    await eventually('the own one', () =>
      all.frames.some((frame) => frame.type === 'event' && frame.event.streamId.endsWith(own)),
    )
    expect(all.frames.some((frame) => frame.type === 'event' && frame.event.metadata.workspaceId !== 'default')).toBe(
      false,
    )
    expect(await readEvents(`stream=agentSession-${elsewhere}`)).toEqual([])
    expect((await readEvents('limit=1000')).some(({ streamId }) => streamId.endsWith(elsewhere))).toBe(false)
    const stream = await fetch(streamOf(elsewhere), { headers: gateway.bearer })
    expect(stream.status).toBe(403)
    all.close()
  })
})
