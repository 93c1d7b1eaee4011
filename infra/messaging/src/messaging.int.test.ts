import { randomUUID } from 'node:crypto'
import { headers as names } from '@mosaic/contracts/messaging'
import { type Engine, eventually, startMessaging, storedRecordOf } from '@mosaic/kit'
import { jetstream } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { connectMessaging, encodeRecord, type Messaging, MessagingUnavailableError, StreamMovedError } from './index.ts'

let nats: Engine
let messaging: Messaging

const record = (n: number) =>
  storedRecordOf({
    id: randomUUID(),
    type: 'AgentPaused',
    streamId: 'agentSession-a',
    revision: n,
    position: String(n * 100),
    preparePosition: String(n * 100),
    contentType: 'application/json',
    data: { n },
    metadata: { workspaceId: 'default' },
  })
const publish = (n: number) => messaging.eventStream.publish(record(n), n === 1 ? null : String((n - 1) * 100), n)

beforeEach(async () => {
  nats = await startMessaging()
  messaging = connectMessaging({ url: nats.url, name: 'test' })
  await eventually('a connection', () => messaging.connected())
})
afterEach(async () => {
  await messaging.close()
  await nats.close()
})

it('tells where the stream ends', async () => {
  expect(await messaging.eventStream.ensure()).toEqual({ sequence: 0, position: null })
  for (const n of [1, 2, 3]) await publish(n)
  expect(await messaging.eventStream.ensure()).toEqual({ sequence: 3, position: '300' })
})

it('refuses a publish at another sequence, so that pipelining leaves no hole', async () => {
  await messaging.eventStream.ensure()
  const answers = await Promise.allSettled([publish(1), publish(3), publish(4)])
  expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(answers[1]).toMatchObject({ reason: expect.any(StreamMovedError) })
  expect(await messaging.eventStream.ensure()).toEqual({ sequence: 1, position: '100' })
})

it('an event id that stands in two places of the log is published twice', async () => {
  await messaging.eventStream.ensure()
  const { eventStream } = messaging
  const first = record(1)
  await eventStream.publish(first, null, 1)
  await eventStream.publish({ ...record(2), id: first.id }, '100', 2)
  expect(await eventStream.ensure()).toEqual({ sequence: 2, position: '200' })
})

it('goes on in a stream that an older version began', async () => {
  await messaging.eventStream.ensure()
  const old = record(1)
  const { subject, payload, header } = encodeRecord(old, null)
  header.delete(names.eventId)
  header.set(names.messageId, old.id)
  const connection = await connect({ servers: nats.url })
  await jetstream(connection).publish(subject, payload, { headers: header })
  await connection.close()
  expect(await messaging.eventStream.ensure()).toEqual({ sequence: 1, position: '100' })
  await publish(2)
  const stop = new AbortController()
  const seen: string[] = []
  for await (const relayed of messaging.eventStream.follow({ fromSequence: 1, signal: stop.signal })) {
    seen.push(relayed.record.id)
    if (relayed.sequence === 2) stop.abort()
  }
  expect(seen).toEqual([old.id, expect.not.stringContaining('@')])
})

it('finds the sequence after a position', async () => {
  await messaging.eventStream.ensure()
  for (let n = 1; n <= 20; n++) await publish(n)
  const after = (position: string | null) => messaging.eventStream.sequenceAfter(position)
  expect(await Promise.all([null, '0', '99', '100', '1950', '2000'].map(after))).toEqual([1, 1, 1, 2, 20, 21])
})

it('follows from a sequence on, in order', async () => {
  await messaging.eventStream.ensure()
  for (const n of [1, 2, 3]) await publish(n)
  const stop = new AbortController()
  const seen: number[] = []
  for await (const { sequence, record, previousPosition } of messaging.eventStream.follow({
    fromSequence: 2,
    signal: stop.signal,
  })) {
    seen.push(sequence)
    expect(previousPosition).toBe(String(record.revision * 100 - 100))
    if (sequence === 3) await publish(4)
    if (sequence === 4) stop.abort()
  }
  expect(seen).toEqual([2, 3, 4])
})

it('gives core subscribers events and live frames', async () => {
  await messaging.eventStream.ensure()
  const events: number[] = []
  const live: unknown[] = []
  messaging.subscribeEvents('mosaic.default.>', (relayed) => events.push(relayed.record.revision))
  messaging.subscribeLive((workspaceId, frame) => live.push({ workspaceId, ...frame }))
  await publish(1)
  const frame = {
    kind: 'started' as const,
    sessionId: '0190d5b0-0000-7000-8000-000000000001',
    messageId: '0190d5b0-0000-7000-8000-000000000002',
    turn: 1,
  }
  messaging.publishLive('default', frame)
  await eventually('both', () => events.length === 1 && live.length === 1)
  expect(live).toEqual([{ workspaceId: 'default', ...frame }])
})

it('goes on by itself when nats-server comes back', async () => {
  const port = Number(new URL(nats.url).port)
  await nats.close()
  await eventually('the loss to be seen', () => !messaging.connected())
  await expect(messaging.eventStream.ensure()).rejects.toThrow(MessagingUnavailableError)
  nats = await startMessaging({ port })
  await eventually('a connection', () => messaging.connected())
  expect(await messaging.eventStream.ensure()).toEqual({ sequence: 0, position: null })
})
