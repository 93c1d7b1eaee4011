import { randomUUID } from 'node:crypto'
import {
  START,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  streamNameFilter,
} from '@eventstore/db-client'
import { expect, test } from 'vitest'
import { type RawConsumer } from '../../test/raw-groups.ts'
import { client, groups, useMemoryNode } from '../../test/memory-node.ts'

useMemoryNode()

const event = (id: string = randomUUID()) => jsonEvent({ id, type: 'T', data: {} })
const info = (stream: string) => client.getPersistentSubscriptionToStreamInfo(stream, 'g')

/** The data of the checkpoints of a group, the oldest first. */
async function checkpoints(stream: string): Promise<unknown[]> {
  const found: unknown[] = []
  try {
    for await (const { event: read } of client.readStream(`$persistentsubscription-${stream}::g-checkpoint`)) {
      expect(read).toMatchObject({ type: 'SubscriptionCheckpoint', isJson: true, metadata: undefined })
      found.push(read!.data)
    }
  } catch {
    return []
  }
  return found
}

async function group(stream: string, count: number, changes = {}): Promise<RawConsumer> {
  await client.appendToStream(
    stream,
    Array.from({ length: count }, () => event()),
  )
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...changes })
  await client.createPersistentSubscriptionToStream(stream, 'g', settings)
  const consumer = groups.consume(stream, 'g')
  await expect.poll(() => consumer.events).toHaveLength(count)
  return consumer
}

test('is a text with the revision, one for all that is answered at once, in a stream without metadata', async () => {
  const consumer = await group('upper', 3, { checkPointUpperBound: 1 })
  consumer.ack(consumer.ids)
  await expect.poll(() => checkpoints('upper')).toEqual(['2'])
  expect((await info('upper')).stats.lastCheckpointedEventRevision).toBe(2n)
  expect((await client.getStreamMetadata('$persistentsubscription-upper::g-checkpoint')).metadata).toBeUndefined()
  consumer.leave()
})

test('goes no further than the first event that waits for an answer, retried or not', async () => {
  const consumer = await group('gap', 4, { checkPointUpperBound: 1 })
  const RETRY = 2
  consumer.nack([consumer.ids[1]!], RETRY)
  await expect.poll(() => consumer.events).toHaveLength(5)
  consumer.ack([consumer.ids[0]!, consumer.ids[2]!, consumer.ids[3]!])
  await expect.poll(() => checkpoints('gap')).toEqual(['0'])
  consumer.ack([consumer.ids[1]!])
  await expect.poll(() => checkpoints('gap')).toEqual(['0', '3'])
  consumer.leave()
})

test('comes by time for as few events as are asked for, and not for fewer', async () => {
  const enough = await group('enough', 2, { checkPointAfter: 1, checkPointLowerBound: 2 })
  const few = await group('few', 1, { checkPointAfter: 1, checkPointLowerBound: 2 })
  enough.ack(enough.ids)
  few.ack(few.ids)
  await expect.poll(() => checkpoints('enough')).toEqual(['1'])
  expect(await checkpoints('few')).toEqual([])
  for (const consumer of [enough, few]) consumer.leave()
})

test('of $all is a position; what a filter holds back counts', async () => {
  const filter = streamNameFilter({ prefixes: ['wanted'] })
  const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: 'end', checkPointUpperBound: 3 })
  await client.createPersistentSubscriptionToAll('g', settings, { filter })
  await client.appendToStream('unwanted', [event(), event(), event()])
  await expect.poll(() => checkpoints('$all')).toHaveLength(1)
  const { stats } = await client.getPersistentSubscriptionToAllInfo('g')
  const { commit, prepare } = stats.lastCheckpointedEventPosition!
  expect(await checkpoints('$all')).toEqual([`C:${commit}/P:${prepare}`])
  expect(stats.lastKnownEventPosition).toBeUndefined()
})

test('two events with one id are both handed out and answered with one ack', async () => {
  const id = randomUUID()
  await client.appendToStream('same', [event(id), event(id)])
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START })
  await client.createPersistentSubscriptionToStream('same', 'g', settings)
  const consumer = groups.consume('same', 'g')
  await expect.poll(() => consumer.events).toEqual(['same@0', 'same@1'])
  expect((await info('same')).stats).toMatchObject({ totalItems: 2n, outstandingMessagesCount: 1 })
  consumer.ack([id])
  await expect.poll(async () => (await info('same')).stats.outstandingMessagesCount).toBe(0)
  consumer.leave()
})
