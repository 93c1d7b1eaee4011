import { END, START, jsonEvent, persistentSubscriptionToStreamSettingsFromDefaults } from '@eventstore/db-client'
import { expect, test } from 'vitest'
import { client, groups, useMemoryNode } from '../../test/memory-node.ts'

useMemoryNode()

const settings = persistentSubscriptionToStreamSettingsFromDefaults
const fill = (stream: string, count: number) =>
  client.appendToStream(
    stream,
    Array.from({ length: count }, () => jsonEvent({ type: 'T', data: {} })),
  )
const info = (stream: string) => client.getPersistentSubscriptionToStreamInfo(stream, 'g')
const create = (stream: string, changes: Parameters<typeof settings>[0]) =>
  client.createPersistentSubscriptionToStream(stream, 'g', settings(changes))

test('a group reads ahead until its buffer has no room for another page', async () => {
  await fill('long', 100)
  await create('long', { startFrom: START, historyBufferSize: 50, readBatchSize: 20 })
  const { status, stats } = await info('long')
  expect([status, stats.readBufferCount, stats.lastKnownEventRevision]).toEqual(['Behind', 40, 39n])
})

test('a live group remembers the newest live events, and falls behind when it has no room for more', async () => {
  await create('live', { startFrom: END, historyBufferSize: 50, liveBufferSize: 30, readBatchSize: 20 })
  await fill('live', 20)
  await expect.poll(async () => (await info('live')).stats.readBufferCount).toBe(20)
  expect(await info('live')).toMatchObject({ status: 'Live', stats: { liveBufferCount: 20n } })
  await fill('live', 80)
  await expect.poll(async () => (await info('live')).stats.lastKnownEventRevision).toBe(99n)
  const behind = { readBufferCount: 50, liveBufferCount: 30n }
  expect(await info('live')).toMatchObject({ status: 'Behind', stats: behind })
})

test('what fell behind is caught up with, in order and without repeats', async () => {
  const consumer = groups.consume('live', 'g', 5)
  for (let want = 5; want <= 100; want += 5) {
    await expect.poll(() => consumer.events).toHaveLength(want)
    consumer.ack(consumer.ids.slice(want - 5))
  }
  expect(consumer.events).toEqual(Array.from({ length: 100 }, (_, n) => `live@${n}`))
  await expect.poll(async () => (await info('live')).status).toBe('Live')
  consumer.leave()
})

test('connections have no address; extra statistics come with the first answer', async () => {
  await fill('extra', 2)
  await create('extra', { startFrom: START, extraStatistics: true })
  const consumer = groups.consume('extra', 'g')
  await expect.poll(() => consumer.events).toHaveLength(2)
  const [before] = (await info('extra')).connections
  expect(before).toMatchObject({ from: '', connectionName: '<unknown>', availableSlots: 8, inFlightMessages: 2 })
  expect(before!.extraStatistics).toBeUndefined()
  consumer.ack([consumer.ids[0]!])
  await expect.poll(async () => (await info('extra')).connections[0]!.extraStatistics).toBeDefined()
  const [after] = (await info('extra')).connections
  const keys = ['mean', 'median', 'fastest', 'quintile 1', 'quintile 2', 'quintile 3', 'quintile 4', 'quintile 5']
  const more = ['90%', '95%', '99%', '99.5%', '99.9%', 'highest']
  expect([...after!.extraStatistics!.keys()]).toEqual([...keys, ...more])
  consumer.leave()
})

test('what is counted since the last measurement begins anew with each', async () => {
  await fill('rate', 3)
  await create('rate', { startFrom: START })
  const consumer = groups.consume('rate', 'g')
  await expect.poll(() => consumer.events).toHaveLength(3)
  expect((await info('rate')).stats).toMatchObject({ totalItems: 3n, countSinceLastMeasurement: 3n })
  expect((await info('rate')).stats).toMatchObject({ totalItems: 3n, countSinceLastMeasurement: 0n })
  consumer.leave()
})

test('a buffer for live events below 0 lets a group do nothing; a checkpoint time of 0 has no end', async () => {
  await fill('stuck', 1)
  await create('stuck', { startFrom: START, liveBufferSize: -1, checkPointAfter: 0 })
  const { status, stats, settings: shown } = await info('stuck')
  expect([status, stats.readBufferCount, shown.checkPointAfter]).toEqual(['Behind', 0, -2147483648])
})

test('the list of groups is written as EventStoreDB writes it', async () => {
  await create('written', { startFrom: 5n, consumerStrategyName: 'Pinned' })
  const read = client.readStream('$persistentSubscriptionConfig', { direction: 'backwards', fromRevision: END })
  for await (const { event } of read) {
    expect(event).toMatchObject({ type: '$PersistentConfig', isJson: true })
    const data = event!.data as unknown as { entries: { stream: string }[] }
    expect(data).toMatchObject({ version: '2', updatedBy: 'system' })
    expect(data.entries.find(({ stream }) => stream === 'written')).toEqual({
      stream: 'written',
      group: 'g',
      messageTimeout: 30000,
      startFrom: 5,
      startPosition: '5',
      liveBufferSize: 500,
      historyBufferSize: 500,
      maxRetryCount: 10,
      readBatchSize: 20,
      checkPointAfter: 2000,
      minCheckPointCount: 10,
      maxCheckPointCount: 1000,
      namedConsumerStrategy: 'Pinned',
    })
    break
  }
})
