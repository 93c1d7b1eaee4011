import { type EventData, binaryEvent, jsonEvent } from '@eventstore/db-client'
import { describe, expect, test } from 'vitest'
import { type RawConsumer } from '../../test/raw-groups.ts'
import { client, groups, useMemoryNode } from '../../test/memory-node.ts'

useMemoryNode()

const event = (correlationId?: string): EventData =>
  jsonEvent({ type: 'T', data: {}, ...(correlationId && { metadata: { $correlationId: correlationId } }) })
const link = (to: string) => binaryEvent({ type: '$>', data: Buffer.from(to) })

async function consumers(stream: string, count: number, bufferSize?: number): Promise<RawConsumer[]> {
  const all: RawConsumer[] = []
  for (let n = 0; n < count; n++) {
    const consumer = groups.consume(stream, 'g', bufferSize)
    await expect.poll(() => consumer.confirmed).toBe(true)
    all.push(consumer)
  }
  return all
}

/** Which revisions of the stream each consumer got, once all have come. */
async function shares(all: readonly RawConsumer[], total: number): Promise<number[][]> {
  await expect.poll(() => all.flatMap(({ events }) => events)).toHaveLength(total)
  return all.map(({ events }) => events.map((name) => Number(name.split('@')[1])))
}

describe('PinnedByCorrelation', () => {
  test('gives what belongs to one correlation id to one consumer', async () => {
    const stream = 'correlated'
    expect(await groups.create(stream, 'g', { strategy: 'PinnedByCorrelation' })).toMatchObject({ code: 'OK' })
    const pair = await consumers(stream, 2)
    for (const id of ['a', 'b', 'a', 'b', 'b', 'a']) await client.appendToStream(stream, event(id))
    expect(await shares(pair, 6)).toEqual([
      [0, 2, 5],
      [1, 3, 4],
    ])
    for (const consumer of pair) consumer.leave()
  })

  test('goes by the stream where there is no correlation id', async () => {
    const stream = 'uncorrelated'
    await groups.create(stream, 'g', { strategy: 'PinnedByCorrelation' })
    const pair = await consumers(stream, 2)
    await client.appendToStream(stream, [event(), event('a'), event(), event('a')])
    expect(await shares(pair, 4)).toEqual([
      [0, 2],
      [1, 3],
    ])
    for (const consumer of pair) consumer.leave()
  })

  test('looks behind links for the id', async () => {
    const stream = 'links'
    await client.appendToStream('targets-1', [event('a'), event('b'), event('a')])
    await groups.create(stream, 'g', { strategy: 'PinnedByCorrelation', resolveLinks: true })
    const pair = await consumers(stream, 2)
    await client.appendToStream(stream, [link('0@targets-1'), link('1@targets-1'), link('2@targets-1')])
    expect(await shares(pair, 3)).toEqual([[0, 2], [1]])
    for (const consumer of pair) consumer.leave()
  })

  test('gets no further than metadata that is no JSON', async () => {
    const stream = 'binary'
    await groups.create(stream, 'g', { strategy: 'PinnedByCorrelation' })
    const pair = await consumers(stream, 2)
    const broken = binaryEvent({ type: 'T', data: Buffer.alloc(0), metadata: Buffer.from('plain text') })
    await client.appendToStream(stream, [event('a'), broken, event('b')])
    expect(await shares(pair, 1)).toEqual([[0], []])
    for (const consumer of pair) consumer.leave()
  })
})

describe('Pinned', () => {
  test('goes by the stream that a link points to, followed or not', async () => {
    const stream = 'unfollowed'
    await groups.create(stream, 'g', { strategy: 'Pinned' })
    const pair = await consumers(stream, 2)
    await client.appendToStream(stream, [link('0@x-1'), link('0@x-2'), link('1@x-1')])
    expect(await shares(pair, 3)).toEqual([[0, 2], [1]])
    for (const consumer of pair) consumer.leave()
  })

  test('lets a newcomer take over what is above the average, and others what a leaver had', async () => {
    const stream = 'moving'
    await groups.create(stream, 'g', { strategy: 'Pinned' })
    const [first] = await consumers(stream, 1)
    const round = () =>
      client.appendToStream(
        stream,
        ['a', 'b'].map((name) => link(`0@${name}`)),
      )
    await round()
    expect(await shares([first!], 2)).toEqual([[0, 1]])
    const [second] = await consumers(stream, 1)
    await round()
    await expect.poll(() => second!.events).toHaveLength(1)
    first!.leave()
    await expect.poll(() => second!.events).toHaveLength(4)
    second!.leave()
  })
})

describe('the other strategies', () => {
  test('RoundRobin takes turns', async () => {
    await groups.create('round', 'g', { strategy: 'RoundRobin' })
    const pair = await consumers('round', 2)
    await client.appendToStream('round', [event(), event(), event(), event()])
    expect(await shares(pair, 4)).toEqual([
      [0, 2],
      [1, 3],
    ])
    for (const consumer of pair) consumer.leave()
  })

  test('DispatchToSingle stays with the second once the first was full', async () => {
    await groups.create('single', 'g', { strategy: 'DispatchToSingle' })
    const pair = await consumers('single', 2, 2)
    await client.appendToStream('single', [event(), event(), event()])
    expect(await shares(pair, 3)).toEqual([[0, 1], [2]])
    pair[0]!.ack(pair[0]!.ids)
    await client.appendToStream('single', event())
    expect(await shares(pair, 4)).toEqual([
      [0, 1],
      [2, 3],
    ])
    for (const consumer of pair) consumer.leave()
  })

  test('one that does not exist is refused, by name or by number', async () => {
    const refused = { code: 'INTERNAL', exception: 'persistent-subscription-failed' }
    expect(await groups.create('none', 'g', { strategy: 'Nonsense' })).toEqual({
      ...refused,
      reason: 'Consumer strategy Nonsense does not exist.',
    })
    expect(await groups.create('none', 'g', { strategyNumber: 7 })).toEqual({
      ...refused,
      reason: 'Consumer strategy 7 does not exist.',
    })
  })
})
