import {
  END,
  START,
  eventTypeFilter,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client'
import { describe, expect, test } from 'vitest'
import { type Build, settings, streamName } from '../../test/raw-groups.ts'
import { client, groups, useMemoryNode } from '../../test/memory-node.ts'

useMemoryNode()

const fill = (stream: string, count: number) =>
  client.appendToStream(
    stream,
    Array.from({ length: count }, () => jsonEvent({ type: 'T', data: {} })),
  )
const fromStart = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START })
const allSettings = persistentSubscriptionToAllSettingsFromDefaults
const code = (method: string, build: Build) => groups.call(method, build).then((answer) => answer.code)

describe('create and update', () => {
  test('a stream option must say where to start; $all is no name of a stream', async () => {
    const nowhere: Build = (target) =>
      target
        .string(2, 'g')
        .message(3, settings())
        .message(4, (source) => source.message(1, streamName('s')))
    expect(await code('Create', nowhere)).toBe('INVALID_ARGUMENT')
    const allNowhere: Build = (target) => target.string(2, 'g').message(3, settings()).message(5)
    expect(await code('Create', allNowhere)).toBe('INVALID_ARGUMENT')
    expect(await code('Update', allNowhere)).toBe('UNKNOWN')
    expect((await groups.create('$all', 'g')).code).toBe('UNKNOWN')
    expect(await code('Delete', (target) => target.message(1, streamName('$all')).string(2, 'g'))).toBe('UNKNOWN')
  })

  test('the strategy is looked at before the name, the sizes after it', async () => {
    await groups.create('twice', 'g')
    expect((await groups.create('twice', 'g', { strategy: 'Nonsense' })).exception).toBe(
      'persistent-subscription-failed',
    )
    expect((await groups.create('twice', 'g', { readBatch: 500 })).exception).toBe('persistent-subscription-exists')
  })

  test('sizes that do not fit are refused with a reason', async () => {
    expect((await groups.create('sizes', 'g', { readBatch: 500 })).reason).toMatch(/ReadBatchSize may not be greater/)
  })

  test('$all cannot begin behind the newest event', async () => {
    const startFrom = { commit: 10n ** 12n, prepare: 10n ** 12n }
    const create = client.createPersistentSubscriptionToAll('far', allSettings({ startFrom }))
    await expect(create).rejects.toMatchObject({ type: 'persistent-subscription-failed', code: 13 })
  })

  test('where no event begins a group is created, but its consumers are dropped', async () => {
    await fill('before', 1)
    const startFrom = { commit: 1n, prepare: 1n }
    await client.createPersistentSubscriptionToAll('off', allSettings({ startFrom }))
    expect((await client.getPersistentSubscriptionToAllInfo('off')).status).toBe('Behind, OutstandingPageRequest')
    const consumer = groups.consume('$all', 'off')
    await expect.poll(() => consumer.answer?.exception).toBe('persistent-subscription-dropped')
    expect(consumer.confirmed).toBe(true)
  })

  test('an update keeps the filter and the checkpoint', async () => {
    const filter = eventTypeFilter({ prefixes: ['Kept'] })
    await client.createPersistentSubscriptionToAll('kept', allSettings({ startFrom: START }), { filter })
    await client.updatePersistentSubscriptionToAll('kept', allSettings({ startFrom: START, maxRetryCount: 3 }))
    await client.appendToStream('kept', [jsonEvent({ type: 'Other', data: {} }), jsonEvent({ type: 'Kept', data: {} })])
    const consumer = client.subscribeToPersistentSubscriptionToAll('kept')
    for await (const { event } of consumer) {
      expect(event!.type).toBe('Kept')
      break
    }
    await consumer.unsubscribe()
  })

  test('ticks of older clients are milliseconds', async () => {
    await groups.create('ticks', 'g', { messageTimeoutTicks: 55_000_000 })
    expect((await client.getPersistentSubscriptionToStreamInfo('ticks', 'g')).settings.messageTimeout).toBe(5500)
  })
})

describe('consume', () => {
  test('needs room for an event and a group; a negative number of subscribers is reached at once', async () => {
    await groups.create('room', 'g')
    await groups.create('crowd', 'g', { maxSubscribers: -1 })
    const refused = [groups.consume('room', 'g', 0), groups.consume('room', ''), groups.consume('crowd', 'g')]
    await expect
      .poll(() => refused.map(({ answer }) => answer?.code))
      .toEqual(['UNKNOWN', 'UNKNOWN', 'FAILED_PRECONDITION'])
  })

  test('who says nothing is let go', async () => {
    const silent = groups.open()
    silent.halfClose()
    await expect.poll(() => silent.answer?.code).toBe('OK')
  })

  test('takes acks with ids as integers, until something makes no sense', async () => {
    await fill('acks', 3)
    await groups.create('acks', 'g')
    const consumer = groups.consume('acks', 'g')
    await expect.poll(() => consumer.events).toHaveLength(3)
    const outstanding = async () =>
      (await client.getPersistentSubscriptionToStreamInfo('acks', 'g')).stats.outstandingMessagesCount
    consumer.ack([consumer.ids[0]!], true)
    await expect.poll(() => outstanding()).toBe(2)
    consumer.nack([consumer.ids[1]!], 9)
    consumer.ack([consumer.ids[1]!])
    await fill('acks', 1)
    await expect.poll(() => consumer.events).toHaveLength(4)
    expect(await outstanding()).toBe(3)
    consumer.leave()
  })

  test('a tombstone comes as an event while live, and ends what has to be read', async () => {
    await fill('grave', 1)
    await groups.create('grave', 'g')
    const consumer = groups.consume('grave', 'g')
    await expect.poll(() => consumer.events).toHaveLength(1)
    await client.tombstoneStream('grave')
    await expect.poll(() => consumer.events).toHaveLength(2)
    consumer.leave()
    await groups.create('grave', 'late')
    const late = groups.consume('grave', 'late')
    await expect.poll(() => late.answer?.exception).toBe('persistent-subscription-dropped')
    expect(late.confirmed).toBe(true)
  })

  test('what a leaver had goes on to the next, however often it was tried', async () => {
    await fill('leaver', 1)
    await client.createPersistentSubscriptionToStream('leaver', 'g', { ...fromStart, maxRetryCount: 0 })
    const first = groups.consume('leaver', 'g')
    await expect.poll(() => first.events).toHaveLength(1)
    first.leave()
    const second = groups.consume('leaver', 'g')
    await expect.poll(() => second.events).toHaveLength(1)
    second.leave()
  })

  test('a timeout of 0 is over at once', async () => {
    await fill('hasty', 1)
    await client.createPersistentSubscriptionToStream('hasty', 'g', { ...fromStart, messageTimeout: 0 })
    const consumer = groups.consume('hasty', 'g')
    await expect.poll(() => consumer.events.length).toBeGreaterThan(1)
    consumer.leave()
  })

  test('from the end on, a restart forgets what was not consumed', async () => {
    const fromEnd = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: END })
    await client.createPersistentSubscriptionToStream('forgotten', 'g', fromEnd)
    await fill('forgotten', 2)
    await client.restartPersistentSubscriptionSubsystem()
    await fill('forgotten', 1)
    const consumer = groups.consume('forgotten', 'g')
    await expect.poll(() => consumer.events).toEqual(['forgotten@2'])
    consumer.leave()
  })

  test('$all does not hand out what groups over it write', async () => {
    await client.createPersistentSubscriptionToAll('own', allSettings({ startFrom: END, checkPointUpperBound: 1 }))
    const consumer = client.subscribeToPersistentSubscriptionToAll('own')
    const seen: string[] = []
    consumer.on('data', (resolved) => {
      seen.push(resolved.event!.streamId)
      void consumer.ack(resolved)
    })
    await fill('own-1', 1)
    await expect.poll(() => seen).toContain('own-1')
    await fill('own-2', 1)
    await expect.poll(() => seen).toContain('own-2')
    await consumer.unsubscribe()
    expect(seen.filter((stream) => stream.startsWith('$persistentsubscription-$all'))).toEqual([])
  })
})

describe('list', () => {
  test('of a source whose last group is gone is empty, of one that never had any is refused', async () => {
    await groups.create('left', 'g')
    await client.deletePersistentSubscriptionToStream('left', 'g')
    expect(await client.listPersistentSubscriptionsToStream('left')).toEqual([])
    expect(await code('List', (target) => target.message(2, (one) => one.message(1, streamName('never'))))).toBe(
      'NOT_FOUND',
    )
    expect(await code('List', (target) => target.message(2))).toBe('UNKNOWN')
  })
})
