import { binaryEvent, jsonEvent } from '@eventstore/db-client'
import { describe, expect, test } from 'vitest'
import { checkpointOf, words } from '../../test/raw-answers.ts'
import {
  type Build,
  SUBSCRIBE,
  all,
  allFrom,
  allFromEnd,
  filtered,
  fromEnd,
  fromRevision,
  fromStart,
  nested,
  plain,
  streams,
  uint,
} from '../../test/raw-requests.ts'
import { client, raw, useMemoryNode } from '../../test/memory-node.ts'

useMemoryNode({ projections: 'none' })

const fill = (stream: string, count: number, type = 'T') =>
  client.appendToStream(
    stream,
    Array.from({ length: count }, () => jsonEvent({ type, data: {} })),
  )
const positionAfter = async (stream: string, count: number) => Number((await fill(stream, count)).position!.commit)

/** All that arrives; after each of `acts` messages so far, the next thing is done. */
async function observe(options: Build, acts: Record<string, () => Promise<unknown>> = {}) {
  const seen: string[] = []
  const { messages, code } = await raw.read(options, {
    onMessage: (message) => {
      seen.push(words(message))
      void acts[seen.join(', ')]?.()
    },
  })
  return { messages, told: [...messages.map(words), code] }
}
const subscribe = (place: Build, acts?: Parameters<typeof observe>[1], ...more: Build[]) =>
  observe(plain(place, SUBSCRIBE, ...more), acts)
const LIVE = 'confirmation, caught up'

describe('a subscription to a stream', () => {
  test('cannot begin behind the last possible revision', async () => {
    expect((await subscribe(fromRevision('s', 2n ** 63n - 1n))).told).toEqual(['UNKNOWN'])
    expect((await subscribe(fromRevision('s', 2n ** 63n - 2n))).told).toEqual(['confirmation', 'open'])
  })

  test('has caught up as soon as metadata brings a deleted stream back', async () => {
    await fill('back', 2)
    await client.deleteStream('back')
    const bringBack = () => client.setStreamMetadata('back', { a: 1 })
    expect((await subscribe(fromStart('back'), { confirmation: bringBack })).told).toEqual([
      'confirmation',
      'caught up',
      'open',
    ])
  })

  test('ends after any event of the type of a tombstone', async () => {
    const write = () => fill('odd', 1, '$streamDeleted')
    const ended = ['0@odd $streamDeleted', 'FAILED_PRECONDITION']
    expect((await subscribe(fromEnd('odd'), { [LIVE]: write })).told).toEqual(['confirmation', 'caught up', ...ended])
    await fill('odd', 1)
    expect((await subscribe(fromStart('odd'))).told).toEqual(['confirmation', ...ended])
  })

  test('to the metastream of a tombstoned stream, from the end, stays silent', async () => {
    await client.setStreamMetadata('dead', { a: 1 })
    await client.tombstoneStream('dead')
    const write = () => client.setStreamMetadata('dead', { a: 2 })
    expect((await subscribe(fromEnd('$$dead'), { [LIVE]: write })).told).toEqual(['confirmation', 'caught up', 'open'])
  })

  test('resolves a link without a revision differently when it is new', async () => {
    const write = () => client.appendToStream('bad-links', binaryEvent({ type: '$>', data: Buffer.from('nonsense') }))
    await write()
    const { told } = await subscribe(
      fromStart('bad-links'),
      { 'confirmation, 0@bad-links $>, caught up': write },
      uint(4, 1),
    )
    expect(told).toEqual(['confirmation', '0@bad-links $>', 'caught up', '<- 1@bad-links $>', 'open'])
  })

  test('delivers nothing to one that does not say how it wants its ids', async () => {
    await fill('ids', 1)
    expect((await observe(all(fromStart('ids'), SUBSCRIBE, nested(8)))).told).toEqual(['confirmation', 'open'])
  })
})

describe('a subscription to $all', () => {
  test('from where no event begins fails without a confirmation', async () => {
    const at = await positionAfter('boundary', 1)
    await fill('boundary', 1)
    expect((await subscribe(allFrom(at + 1))).told).toEqual(['UNKNOWN'])
  })

  test('from beyond the end delivers what is new', async () => {
    const { told } = await subscribe(allFrom(10 ** 12), { [LIVE]: () => fill('beyond', 1) })
    expect(told).toEqual(['confirmation', 'caught up', '0@beyond T', 'open'])
  })

  test('hides the book-keeping of persistent subscriptions to $all', async () => {
    const at = await positionAfter('plain', 1)
    const write = async () => {
      await fill('$persistentsubscription-$all::g-checkpoint', 1)
      await fill('plain', 1)
    }
    await write()
    const { told } = await subscribe(allFrom(at), { 'confirmation, 1@plain T, caught up': write })
    expect(told).toEqual(['confirmation', '1@plain T', 'caught up', '2@plain T', 'open'])
  })
})

describe('checkpoints of a filtered subscription', () => {
  const watch = async (place: Build, filter: Build, acts?: Parameters<typeof observe>[1]) => {
    const { messages, told } = await observe(filtered(filter, place, SUBSCRIBE), acts)
    return { told, checkpoints: messages.map(checkpointOf).filter((found) => found !== undefined) }
  }

  test('come at the end of pages while catching up, none before it has caught up', async () => {
    const at = await positionAfter('mark', 1)
    await fill('other', 4)
    const wanted = await positionAfter('wanted', 1)
    await fill('other', 6)
    const { told, checkpoints } = await watch(allFrom(at), streams('wanted', 5))
    expect(told).toEqual(['confirmation', '0@wanted T', 'checkpoint', 'checkpoint', 'caught up', 'open'])
    expect(checkpoints[0]).toEqual([wanted, wanted])
    expect(checkpoints[1]![0]).toBeGreaterThan(wanted)
    expect(checkpoints[1]![1]).toBe(0)
  })

  test('go on counting live from where catching up ended', async () => {
    const at = await positionAfter('mark-2', 1)
    await fill('other-2', 3)
    const { told } = await watch(allFrom(at), streams('none', 5), { [LIVE]: () => fill('other-2', 8) })
    expect(told).toEqual(['confirmation', 'caught up', 'checkpoint', 'checkpoint', 'open'])
  })

  test('stand at every so-many-th new event, after it when it matches', async () => {
    let last = 0
    const write = async () => {
      last = await positionAfter('live', 4)
    }
    const { told, checkpoints } = await watch(allFromEnd, streams('live', 2, 2), { [LIVE]: write })
    expect(told.slice(2)).toEqual(['0@live T', '1@live T', '2@live T', '3@live T', 'checkpoint', 'open'])
    expect(checkpoints).toEqual([[last, last]])
  })

  test('lead on without a gap, also those that name no event', async () => {
    const [first, last] = [await positionAfter('unmatched', 1), await positionAfter('unmatched', 6)]
    const { messages } = await observe(filtered(streams('nothing', 2), allFrom(first), SUBSCRIBE))
    const places = messages.map(checkpointOf).filter((place) => place !== undefined)
    expect(places.length).toBeGreaterThan(1)
    for (const [commit, prepare] of places) {
      const following = (await observe(plain(allFrom(commit, prepare), SUBSCRIBE))).told.filter((word) =>
        /unmatched/.test(word),
      )
      const expected: string[] = []
      for await (const { event } of client.readStream('unmatched')) {
        const at = Number(event!.position!.commit)
        if (at > commit || (at === commit && prepare < commit)) expected.push(`${event!.revision}@unmatched`)
      }
      expect(following).toEqual(expected.map((name) => expect.stringContaining(name)))
    }
    expect(last).toBeGreaterThan(first)
  })

  test('a window of nothing gets no further than the confirmation, but is live from the end', async () => {
    expect((await watch(allFrom(0), streams('', 0))).told).toEqual(['confirmation', 'open'])
    expect((await watch(allFromEnd, streams('', 0))).told).toEqual(['confirmation', 'caught up', 'open'])
  })
})
