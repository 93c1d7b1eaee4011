import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectEventStore, type EventStore } from '@mosaic/event-store'
import {
  appendForeign,
  commandContext,
  type Engine,
  eventually,
  messageRecorded,
  spawnRequested,
  startEventStore,
  startMessaging,
  serviceToken,
} from '@mosaic/kit'
import { connectMessaging, type Messaging } from '@mosaic/messaging'
import { createLogger } from '@mosaic/runtime'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createApp } from './app.ts'

let engine: Engine
let nats: Engine
let store: EventStore
let messaging: Messaging
let relays: ReturnType<typeof createApp>[] = []

const startRelay = () => {
  const logger = createLogger({ name: 'relay', level: 'silent' })
  const relay = createApp({ store, messaging, logger, version: '0', host: '127.0.0.1', serviceToken })
  relays.push(relay)
  return relay
}
const stopRelays = async () => {
  for (const relay of relays.splice(0)) await relay.close()
}
/** Appends so many events over a few streams and answers the last one's position. */
const write = async (count: number) => {
  let position = ''
  for (let stream = 0; stream < Math.ceil(count / 50); stream++) {
    const sessionId = randomUUID()
    const rest = Math.min(count - stream * 50, 50) - 1
    const messages = Array.from({ length: rest }, (_, n) => messageRecorded(sessionId, randomUUID(), `message ${n}`))
    const options = { expectedRevision: 'no-stream', context: commandContext() } as const
    const appended = await store.append(`agentSession-${sessionId}`, [spawnRequested(sessionId), ...messages], options)
    if (appended.ok) position = appended.value.position
  }
  return position
}
const logged = async () => {
  const ids: string[] = []
  for await (const item of store.readAll()) ids.push(item.kind === 'event' ? item.event.id : item.record.id)
  return ids
}
/** What JetStream holds, checked to be chained without a gap. */
const relayed = async () => {
  const { sequence } = await messaging.eventStream.ensure()
  const ids: string[] = []
  let previous: string | null = null
  if (sequence === 0) return ids
  const stop = new AbortController()
  for await (const batch of messaging.eventStream.follow({ fromSequence: 1, signal: stop.signal })) {
    for (const message of batch) {
      expect(message.previousPosition).toBe(previous)
      previous = message.record.position
      ids.push(message.record.id)
      if (message.sequence === sequence) stop.abort()
    }
  }
  return ids
}
const relayedUpTo = (position: string) =>
  eventually(
    'the relay to catch up',
    async () => {
      const point = await messaging.eventStream.ensure().catch(() => undefined)
      return point?.position === position
    },
    30_000,
  )

beforeEach(async () => {
  engine = await startEventStore()
  nats = await startMessaging()
  store = connectEventStore({ connectionString: engine.url, instanceId: 'instance' })
  messaging = connectMessaging({ url: nats.url, name: 'test' })
  await eventually('a connection', () => messaging.connected())
})
afterEach(async () => {
  await stopRelays()
  await messaging.close()
  await store.close()
  await nats.close()
  await engine.close()
})

it('carries the whole log over in order, then what comes', async () => {
  await write(1200)
  const relay = startRelay()
  await relayedUpTo(await write(60))
  expect(await relayed()).toEqual(await logged())
  await eventually('the lag to be nought', () => relay.state.caughtUp && relay.state.inFlight === 0)
})

it('goes on from the last message after a restart, without a repeat', async () => {
  startRelay()
  await relayedUpTo(await write(300))
  await stopRelays()
  const position = await write(300)
  startRelay()
  await relayedUpTo(position)
  expect(await relayed()).toEqual(await logged())
})

it('two relays at once write each event once, in order', async () => {
  startRelay()
  startRelay()
  await write(400)
  await relayedUpTo(await write(400))
  expect(await relayed()).toEqual(await logged())
})

it('refills JetStream from the log when that has lost its disk, though nothing new is written', async () => {
  startRelay()
  const position = await write(200)
  await relayedUpTo(position)
  const port = Number(new URL(nats.url).port)
  await nats.close()
  nats = await startMessaging({ port })
  await relayedUpTo(position)
  expect(await relayed()).toEqual(await logged())
})

it('an event id that stands in two streams does not stop the relay', async () => {
  startRelay()
  await write(5)
  const same = { id: randomUUID(), type: 'Imported', data: {} }
  for (const stream of ['import-a', 'import-b']) await appendForeign(engine.url, stream, same)
  await relayedUpTo(await write(5))
  const ids = await relayed()
  expect(ids).toEqual(await logged())
  expect(ids.filter((id) => id === same.id)).toHaveLength(2)
})

it('a stream whose name has line breaks does not stop the relay', async () => {
  startRelay()
  await appendForeign(engine.url, 'import\r\nX: y', { type: 'Im\nported', data: {} })
  await relayedUpTo(await write(5))
  expect(await relayed()).toEqual(await logged())
})

it('goes on after nats-server was away while events were written', async () => {
  await nats.close()
  const data = mkdtempSync(join(tmpdir(), 'mosaic-nats-'))
  const port = Number(new URL(nats.url).port)
  nats = await startMessaging({ port, data })
  await eventually('a connection', () => messaging.connected())
  startRelay()
  await relayedUpTo(await write(100))
  await nats.close()
  const position = await write(500)
  nats = await startMessaging({ port, data })
  await relayedUpTo(position)
  expect(await relayed()).toEqual(await logged())
})
