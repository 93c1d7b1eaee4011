import { START, jsonEvent, persistentSubscriptionToStreamSettingsFromDefaults } from '@eventstore/db-client'
import { expect, test } from 'vitest'
import { type RawConsumer, streamName } from '../../test/raw-groups.ts'
import { client, groups, useMemoryNode } from '../../test/memory-node.ts'

const PARK = 1
const STOP = 4
useMemoryNode()

const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START })
const info = (stream: string) => client.getPersistentSubscriptionToStreamInfo(stream, 'g')
const parkedCount = async (stream: string) => Number((await info(stream)).stats.parkedMessageCount)
const parkedStream = (stream: string) => `$persistentsubscription-${stream}::g-parked`

async function read(stream: string) {
  const events = []
  for await (const { event } of client.readStream(stream)) events.push(event!)
  return events
}

/** A group whose consumer has parked everything. */
async function parked(stream: string, count: number, changes = {}): Promise<RawConsumer> {
  await client.appendToStream(
    stream,
    Array.from({ length: count }, () => jsonEvent({ type: 'T', data: {} })),
  )
  await client.createPersistentSubscriptionToStream(stream, 'g', { ...settings, ...changes })
  const consumer = groups.consume(stream, 'g')
  await expect.poll(() => consumer.events).toHaveLength(count)
  consumer.nack(consumer.ids, PARK)
  await expect.poll(() => parkedCount(stream)).toBe(count)
  return consumer
}

test('a parked event is a link with the reason, and its number where that is not 0', async () => {
  await parked('shape', 2)
  const events = await read(parkedStream('shape'))
  expect(events.map(({ type, isJson, data }) => [type, isJson, Buffer.from(data as Uint8Array).toString()])).toEqual([
    ['$>', false, '0@shape'],
    ['$>', false, '1@shape'],
  ])
  const reason = "Client explicitly NAK'ed message.\n"
  expect(events.map(({ metadata }) => metadata)).toMatchObject([
    { added: expect.any(String), reason },
    { added: expect.any(String), reason, subscriptionEventNumber: 1 },
  ])
  expect(events[0]!.metadata).not.toHaveProperty('subscriptionEventNumber')
})

test('a replay truncates the parked stream, for administrators only', async () => {
  const consumer = await parked('cut', 3)
  await client.replayParkedMessagesToStream('cut', 'g', { stopAt: 2 })
  await expect.poll(() => consumer.events).toHaveLength(5)
  await expect.poll(() => parkedCount('cut')).toBe(1)
  const [metadata] = await read(`$$${parkedStream('cut')}`)
  const $acl = { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' }
  expect(metadata!.data).toEqual({ $tb: 2, $acl })
})

test('a replay up to 0 never ends, and none begins after it', async () => {
  await parked('zero', 1)
  await client.replayParkedMessagesToStream('zero', 'g', { stopAt: 0 })
  await client.replayParkedMessagesToStream('zero', 'g')
  expect((await info('zero')).status).toBe('ReplayingParkedMessages, Live')
  expect(await parkedCount('zero')).toBe(1)
})

test('a replay must say where to stop, and not below 0', async () => {
  await parked('stops', 1)
  const replay = (stopAt?: number) =>
    groups.call('ReplayParked', (target) => {
      target.string(1, 'g').message(2, streamName('stops'))
      if (stopAt !== undefined) target.uint64(4, stopAt)
    })
  expect((await replay()).code).toBe('UNKNOWN')
  expect(await replay(-1)).toMatchObject({ code: 'INTERNAL', exception: 'persistent-subscription-failed' })
})

test('a group without checkpoint does not count what was parked before it began, but replays it', async () => {
  await parked('counted', 2)
  await client.updatePersistentSubscriptionToStream('counted', 'g', settings)
  expect(await parkedCount('counted')).toBe(0)
  const consumer = groups.consume('counted', 'g')
  await client.replayParkedMessagesToStream('counted', 'g')
  await expect.poll(() => consumer.events).toContain(`${parkedStream('counted')}@1`)
  consumer.leave()
})

test('a deleted group leaves nothing to a new one of its name', async () => {
  const consumer = await parked('again', 2, { checkPointUpperBound: 1 })
  consumer.leave()
  await expect.poll(() => read('$persistentsubscription-again::g-checkpoint')).not.toEqual([])
  await client.deletePersistentSubscriptionToStream('again', 'g')
  await client.createPersistentSubscriptionToStream('again', 'g', settings)
  expect((await info('again')).stats).not.toMatchObject({ lastCheckpointedEventRevision: expect.anything() })
  const next = groups.consume('again', 'g')
  await expect.poll(() => next.events).toEqual(['again@0', 'again@1'])
  next.leave()
})

test('stop is no more than an ack', async () => {
  await client.appendToStream('stop', jsonEvent({ type: 'T', data: {} }))
  await client.createPersistentSubscriptionToStream('stop', 'g', settings)
  const consumer = groups.consume('stop', 'g')
  await expect.poll(() => consumer.events).toHaveLength(1)
  consumer.nack(consumer.ids, STOP)
  await expect.poll(async () => (await info('stop')).stats.outstandingMessagesCount).toBe(0)
  expect(consumer.answer).toBeUndefined()
  consumer.leave()
})
