import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { headers as names } from '@mosaic/contracts/messaging'
import { type Engine, eventually, natsOptions, startMessaging, storedRecordOf } from '@mosaic/kit'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  connectMessaging,
  encodeRecord,
  type Messaging,
  MessagingUnavailableError,
  type SequencedRecord,
  StreamMovedError,
} from './index.ts'

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

/** Follows from a sequence on until it is told that this was the last. */
async function followed(
  fromSequence: number,
  take: (message: SequencedRecord) => Promise<boolean | void> | boolean | void,
): Promise<void> {
  const stop = new AbortController()
  for await (const batch of messaging.eventStream.follow({ fromSequence, signal: stop.signal })) {
    for (const message of batch) if (await take(message)) stop.abort()
  }
}

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
  const connection = await connect(natsOptions(nats.url))
  await jetstream(connection).publish(subject, payload, { headers: header })
  await connection.close()
  expect(await messaging.eventStream.ensure()).toEqual({ sequence: 1, position: '100' })
  await publish(2)
  const seen: string[] = []
  await followed(1, ({ record, sequence }) => {
    seen.push(record.id)
    return sequence === 2
  })
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
  const seen: number[] = []
  await followed(2, async ({ sequence, record, previousPosition }) => {
    seen.push(sequence)
    expect(previousPosition).toBe(String(record.revision * 100 - 100))
    if (sequence === 3) await publish(4)
    return sequence === 4
  })
  expect(seen).toEqual([2, 3, 4])
})

it('follows past what it asks for at once, however slowly it is read', async () => {
  await messaging.eventStream.ensure()
  const sequences = Array.from({ length: 2_300 }, (_, index) => index + 1)
  await Promise.all(sequences.map(publish))
  const seen: number[] = []
  await followed(1, async ({ sequence }) => {
    seen.push(sequence)
    if (sequence % 400 === 0) await turn()
    return sequence === sequences.length
  })
  expect(seen).toEqual(sequences)
})

it('stops following as soon as the stream is gone, or the connection', async () => {
  const whileFollowing = async (change: () => Promise<unknown>) => {
    await messaging.eventStream.ensure()
    await publish(1)
    await followed(1, () => void change())
  }
  await expect(
    whileFollowing(async () => {
      const connection = await connect(natsOptions(nats.url))
      await (await jetstreamManager(connection)).streams.delete('EVENTS')
      await connection.close()
    }),
  ).rejects.toThrow(MessagingUnavailableError)
  await expect(whileFollowing(() => nats.close())).rejects.toThrow(MessagingUnavailableError)
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
