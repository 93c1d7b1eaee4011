import { binaryEvent, jsonEvent } from '@eventstore/db-client'
import { describe, expect, test } from 'vitest'
import { words } from '../../test/raw-answers.ts'
import {
  BACKWARDS,
  COMPATIBLE,
  COUNT,
  all as both,
  allFrom,
  allFromEnd,
  allFromStart,
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

useMemoryNode()

const events = (count: number) => Array.from({ length: count }, () => jsonEvent({ type: 'T', data: {} }))
const fill = (stream: string, count: number) => client.appendToStream(stream, events(count))
const read = async (...options: Parameters<typeof plain>) => {
  const { messages, code } = await raw.read(plain(...options))
  return [...messages.map(words), code]
}
const link = (data: string) => binaryEvent({ type: '$>', data: Buffer.from(data) })

describe('the first position of a stream is told for each page that holds no event', () => {
  test('below the cut', async () => {
    await fill('cut', 60)
    await client.setStreamMetadata('cut', { truncateBefore: 50 })
    const told = await read(fromStart('cut'), COUNT(100), COMPATIBLE)
    expect([told[0], told[1], told.at(-2)]).toEqual(['first 50', '50@cut T', 'last 59'])
    expect(await read(fromRevision('cut', 40), COUNT(1), COMPATIBLE)).toEqual(['first 50', '50@cut T', 'last 59', 'OK'])
    expect((await read(fromRevision('cut', 40), COUNT(100), COMPATIBLE))[0]).toBe('50@cut T')
    expect((await read(fromEnd('cut'), BACKWARDS, COUNT(100), COMPATIBLE))[0]).toBe('59@cut T')
  })

  test('behind the end, where it is the next revision', async () => {
    await fill('short', 3)
    expect(await read(fromRevision('short', 9), COUNT(5), COMPATIBLE)).toEqual(['first 3', 'last 2', 'OK'])
    expect(await read(fromRevision('short', 3), COUNT(5), COMPATIBLE)).toEqual(['last 2', 'OK'])
    expect(await read(fromRevision('short', 9), COUNT(5))).toEqual(['OK'])
  })

  test('with a cut behind the end', async () => {
    await fill('gone', 3)
    await client.setStreamMetadata('gone', { truncateBefore: 10 })
    expect(await read(fromStart('gone'), COUNT(2), COMPATIBLE)).toEqual(['first 10', 'first 3', 'last 2', 'OK'])
    expect(await read(fromStart('gone'), COUNT(32), COMPATIBLE)).toEqual(['first 3', 'last 2', 'OK'])
  })
})

describe('what the real server never answers', () => {
  test('a read of no events of $all', async () => {
    expect(await read(allFromStart, COUNT(0))).toEqual(['open'])
    const looksAtNothing = await raw.read(filtered(streams('', 0), allFromStart, COUNT(1)))
    expect(looksAtNothing.code).toBe('open')
  })

  test('a read that does not say how it wants its ids, once there is an event', async () => {
    await fill('ids', 1)
    const noFilter = nested(8)
    expect((await raw.read(both(fromStart('ids'), COUNT(1), noFilter))).code).toBe('open')
    expect((await raw.read(both(allFromStart, COUNT(1), noFilter))).code).toBe('open')
    expect((await raw.read(both(fromStart('none'), COUNT(1), noFilter))).messages.map(words)).toEqual(['not found'])
  })
})

test('an option for ids without a choice means two integers', async () => {
  await fill('form', 1)
  const { messages } = await raw.read(both(fromStart('form'), COUNT(1), nested(8), nested(9)))
  expect(messages[0]!.toString('latin1')).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/)
})

describe('positions of $all', () => {
  const MAX = 2n ** 64n - 1n
  test.each([
    ['commit beyond 64 bits signed', allFrom(2n ** 63n, 0)],
    ['only commit at the end', allFrom(MAX, 0)],
    ['prepare above commit', allFrom(5, 6)],
  ])('%s is none', async (_, place) => {
    expect(await read(place, COUNT(1))).toEqual(['UNKNOWN'])
    expect(await read(place, COUNT(1), BACKWARDS)).toEqual(['UNKNOWN'])
  })

  test('both at the end are the end', async () => {
    await fill('end', 1)
    expect(await read(allFrom(MAX), COUNT(1))).toEqual(['OK'])
    expect(await read(allFrom(MAX), COUNT(1), BACKWARDS)).toEqual(await read(allFromEnd, COUNT(1), BACKWARDS))
  })

  test('backwards from beyond the end fails, forwards finds nothing', async () => {
    expect(await read(allFrom(10 ** 12), COUNT(1), BACKWARDS)).toEqual(['UNKNOWN'])
    expect(await read(allFrom(10 ** 12), COUNT(1))).toEqual(['OK'])
  })

  test('backwards with a smaller prepare leaves out the event that ends there', async () => {
    const { position } = await fill('three', 3)
    const { commit } = position!
    expect((await read(allFrom(commit), COUNT(1), BACKWARDS))[0]).toBe('1@three T')
    expect((await read(allFrom(commit, 0), COUNT(1), BACKWARDS))[0]).toBe('0@three T')
    expect((await read(allFrom(commit, 0), COUNT(1)))[0]).toBe('2@three T')
  })
})

test('$all hides the book-keeping of persistent subscriptions to $all, and counts without it', async () => {
  const { position } = await fill('before', 1)
  await fill('$persistentsubscription-$all::g-parked', 1)
  await fill('behind', 2)
  const from = allFrom(position!.commit)
  expect(await read(from, COUNT(3))).toEqual(['0@before T', '0@behind T', '1@behind T', 'OK'])
  const hidden = await raw.read(filtered(streams('$persistentsubscription', 10), from, COUNT(9)))
  expect(hidden).toMatchObject({ messages: [], code: 'OK' })
  expect(await read(fromStart('$persistentsubscription-$all::g-parked'), COUNT(1))).toHaveLength(2)
})

describe('links', () => {
  const resolve = uint(4, 1)
  test('what leads to no revision is an event like any other; what leads nowhere is a link without one', async () => {
    await fill('target', 2)
    const data = [
      'x@target',
      '',
      ' +1 @target',
      '1',
      '1@',
      '-1@target',
      '-2@target',
      '99999999999999999999@target',
      '7@target',
    ]
    await client.appendToStream('links', data.map(link))
    const self = (n: number) => `${n}@links $>`
    expect(await read(fromStart('links'), COUNT(20), resolve)).toEqual([
      self(0),
      self(1),
      `1@target T <- ${self(2)}`,
      `<- ${self(3)}`,
      `<- ${self(4)}`,
      `1@target T <- ${self(5)}`,
      `<- ${self(6)}`,
      self(7),
      `<- ${self(8)}`,
      'OK',
    ])
  })

  test('to metadata', async () => {
    await fill('described', 1)
    await client.setStreamMetadata('described', { a: 1 })
    await client.setStreamMetadata('described', { a: 2 })
    await client.appendToStream('to-metadata', [link('0@$$described'), link('1@$$described')])
    expect(await read(fromStart('to-metadata'), COUNT(9), resolve)).toEqual([
      '<- 0@to-metadata $>',
      '1@$$described $metadata <- 1@to-metadata $>',
      'OK',
    ])
  })
})

test('a tombstone takes the metastream of the metastream along', async () => {
  await client.setStreamMetadata('$$nested', { a: 1 })
  expect((await read(fromStart('$$$$nested'), COUNT(1)))[0]).toBe('0@$$$$nested $metadata')
  await client.tombstoneStream('nested')
  expect(await read(fromStart('$$$$nested'), COUNT(1))).toEqual(['FAILED_PRECONDITION'])
})
