import { randomUUID } from 'node:crypto'
import type * as eventstore from '@eventstore/db-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Target, openTarget } from './target.ts'

/** One client library. Both have the same surface but for names; two in one process disturb each other's stubs. */
export type Kit = Pick<
  typeof eventstore,
  'jsonEvent' | 'streamNameFilter' | 'persistentSubscriptionToStreamSettingsFromDefaults'
> & {
  connect: (url: string) => eventstore.EventStoreDBClient
  expecting: (revision: 'no_stream') => eventstore.AppendToStreamOptions
}

const collect = async <Item>(items: AsyncIterable<Item>, most = Number.POSITIVE_INFINITY): Promise<Item[]> => {
  const found: Item[] = []
  for await (const item of items) {
    found.push(item)
    if (found.length >= most) break
  }
  return found
}

/** What every client of ours relies on, through one of them. */
export function clientSuite(name: string, kit: Kit): void {
  describe(name, () => {
    const { jsonEvent, streamNameFilter } = kit
    let target: Target
    let client: eventstore.EventStoreDBClient
    const newStream = () => `suite-${randomUUID()}`
    const events = (count: number) =>
      Array.from({ length: count }, (_, n) => jsonEvent({ type: 'Counted', data: { n } }))
    const numbers = (found: { event?: { data: unknown } | undefined }[]) =>
      found.map(({ event }) => (event?.data as { n: number } | undefined)?.n)

    beforeAll(async () => {
      target = await openTarget()
      client = kit.connect(target.url)
    })
    afterAll(async () => {
      await client.dispose()
      await target[Symbol.asyncDispose]()
    })

    test('appends and reads forwards and backwards', async () => {
      const stream = newStream()
      const result = await client.appendToStream(stream, events(5), kit.expecting('no_stream'))
      expect(result.nextExpectedRevision).toBe(4n)
      expect(numbers(await collect(client.readStream(stream)))).toEqual([0, 1, 2, 3, 4])
      const newest = client.readStream(stream, { direction: 'backwards', fromRevision: 'end', maxCount: 2 })
      expect(numbers(await collect(newest))).toEqual([4, 3])
    })

    test('refuses a wrong expected revision, and takes a repeat for one', async () => {
      const stream = newStream()
      const first = events(2)
      await client.appendToStream(stream, first, kit.expecting('no_stream'))
      const again = await client.appendToStream(stream, first, kit.expecting('no_stream'))
      expect(again.nextExpectedRevision).toBe(1n)
      const wrong = client.appendToStream(stream, events(1), kit.expecting('no_stream'))
      await expect(wrong).rejects.toMatchObject({ type: 'wrong-expected-version' })
      expect(await collect(client.readStream(stream))).toHaveLength(2)
    })

    test('a missing, a deleted and a tombstoned stream are told apart', async () => {
      const [soft, hard] = [newStream(), newStream()]
      for (const stream of [soft, hard]) await client.appendToStream(stream, events(1))
      await client.deleteStream(soft)
      await client.tombstoneStream(hard)
      await expect(collect(client.readStream(newStream()))).rejects.toMatchObject({ type: 'stream-not-found' })
      await expect(collect(client.readStream(soft))).rejects.toMatchObject({ type: 'stream-not-found' })
      await expect(collect(client.readStream(hard))).rejects.toMatchObject({ type: 'stream-deleted' })
    })

    test('$maxCount cuts a stream', async () => {
      const stream = newStream()
      await client.appendToStream(stream, events(6))
      await client.setStreamMetadata(stream, { maxCount: 2 })
      expect(numbers(await collect(client.readStream(stream)))).toEqual([4, 5])
      expect((await client.getStreamMetadata(stream)).metadata).toMatchObject({ maxCount: 2 })
    })

    test('a subscription catches up and goes on live', async () => {
      const stream = newStream()
      await client.appendToStream(stream, events(3))
      const subscription = client.subscribeToStream(stream)
      const seen = collect(subscription, 5)
      await client.appendToStream(stream, events(2))
      expect(numbers(await seen)).toEqual([0, 1, 2, 0, 1])
    })

    test('a filtered subscription to $all sees its streams only', async () => {
      const prefix = newStream()
      const subscription = client.subscribeToAll({
        fromPosition: 'start',
        filter: streamNameFilter({ prefixes: [prefix] }),
      })
      const seen = collect(subscription, 3)
      await client.appendToStream(newStream(), events(2))
      await client.appendToStream(`${prefix}-a`, events(2))
      await client.appendToStream(`${prefix}-b`, events(1))
      const streams = (await seen).map(({ event }) => event?.streamId)
      expect(streams).toEqual([`${prefix}-a`, `${prefix}-a`, `${prefix}-b`])
    })

    test('a persistent subscription hands out events until they are acknowledged', async () => {
      const stream = newStream()
      await client.appendToStream(stream, events(3))
      const settings = kit.persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: 'start' })
      await client.createPersistentSubscriptionToStream(stream, 'group', settings)
      const subscription = client.subscribeToPersistentSubscriptionToStream(stream, 'group')
      const seen: unknown[] = []
      for await (const item of subscription) {
        seen.push((item.event?.data as { n: number } | undefined)?.n, item.retryCount)
        const first = item.event?.revision === 1n && item.retryCount === 0
        await (first ? subscription.nack('retry', 'once more', item) : subscription.ack(item))
        if (seen.length === 8) break
      }
      await subscription.unsubscribe()
      expect(seen).toEqual([0, 0, 1, 0, 2, 0, 1, 1])
      await client.deletePersistentSubscriptionToStream(stream, 'group')
    })

    test('$ce- streams link the events of a category', async () => {
      const category = `cat${randomUUID().slice(0, 8)}`
      for (const name of ['a', 'b']) await client.appendToStream(`${category}-${name}`, events(2))
      const read = async () => collect(client.readStream(`$ce-${category}`, { resolveLinkTos: true }))
      await expect.poll(() => read().catch(() => []), { timeout: 10_000 }).toHaveLength(4)
      expect((await read()).map(({ event, link }) => [event?.streamId, link?.type])).toEqual([
        [`${category}-a`, '$>'],
        [`${category}-a`, '$>'],
        [`${category}-b`, '$>'],
        [`${category}-b`, '$>'],
      ])
    })
  })
}
