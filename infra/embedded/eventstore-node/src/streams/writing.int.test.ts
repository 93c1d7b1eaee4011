import { ANY, jsonEvent } from '@eventstore/db-client'
import { describe, expect, test } from 'vitest'
import { words } from '../../test/raw-answers.ts'
import {
  type Build,
  COUNT,
  TYPED,
  all,
  append,
  appendTo,
  fromStart,
  named,
  nested,
  plain,
  textId,
  uint,
} from '../../test/raw-requests.ts'
import { client, raw, useMemoryNode } from '../../test/memory-node.ts'

useMemoryNode()

const ID = '0b6e3a54-7c1f-4f7e-9a7b-3f1a6f1f2e3d'
const NO_ID: Build = () => {}
const codeOf = async (...requests: Build[]) => (await raw.append(...requests)).code
const read = async (stream: string) => (await raw.read(plain(fromStart(stream), COUNT(10)))).messages.map(words)
const idsOf = async (stream: string) => {
  const ids: string[] = []
  for await (const { event } of client.readStream(stream)) ids.push(event!.id)
  return ids
}

describe('the id of an event', () => {
  test.each([
    ['upper case', ID.toUpperCase()],
    ['without hyphens', ID.replaceAll('-', '')],
    ['in braces', `{${ID}}`],
    ['in parentheses', `(${ID})`],
    ['between spaces', ` ${ID} `],
  ])('may come as text %s', async (name, text) => {
    expect(await codeOf(appendTo(`text ${name}`), append({ id: textId(text) }))).toBe('OK')
    expect(await idsOf(`text ${name}`)).toEqual([ID])
  })

  test('may come as two integers', async () => {
    const id = nested(1, nested(1, uint(1, 0x0b6e3a547c1f4f7en), uint(2, 0x9a7b3f1a6f1f2e3dn)))
    expect(await codeOf(appendTo('structured'), append({ id }))).toBe('OK')
    expect(await idsOf('structured')).toEqual([ID])
  })

  test.each([
    ['missing', NO_ID],
    ['without a value', nested(1)],
    ['of zeros', textId('00000000-0000-0000-0000-000000000000')],
    ['of zeros in two integers', nested(1, nested(1))],
    ['in unmatched braces', textId(`{${ID})`)],
  ])('is refused when %s', async (_, id) => {
    expect(await codeOf(appendTo('refused'), append({ id }))).toBe('UNKNOWN')
  })

  test('is looked at after the metadata', async () => {
    const { code, trailers } = await raw.append(appendTo('refused'), append({ id: NO_ID, entries: { type: 'T' } }))
    expect(code).toBe('INVALID_ARGUMENT')
    expect(trailers).toMatchObject({ exception: 'missing-required-metadata-property' })
  })
})

describe('the metadata of an event', () => {
  test('may have other keys, which are not kept, and any content type', async () => {
    const entries = { ...TYPED, 'content-type': 'image/png', own: 'x' }
    expect(await codeOf(appendTo('keys'), append({ entries }))).toBe('OK')
    expect(await read('keys')).toEqual(['0@keys T'])
  })

  test('gets its text repaired where it is no UTF-8', async () => {
    const type = Buffer.from([0x61, 0xff, 0x62])
    expect(await codeOf(appendTo('repaired'), append({ entries: { ...TYPED, type } }))).toBe('OK')
    const { messages } = await raw.read(plain(fromStart('repaired'), COUNT(1)))
    expect(messages[0]!.includes(Buffer.from('a\ufffdb'))).toBe(true)
  })
})

describe('an append', () => {
  test('with a request of nothing in it fails', async () => {
    expect(await codeOf(appendTo('nothing'), () => {}, append())).toBe('UNKNOWN')
    expect(await read('nothing')).toEqual(['not found'])
  })

  test('without an expectation is refused before its empty name is', async () => {
    expect(await codeOf(appendTo('', () => {}))).toBe('INVALID_ARGUMENT')
    expect(await codeOf(appendTo(''))).toBe('UNKNOWN')
    expect(await codeOf(nested(1))).toBe('UNKNOWN')
  })

  test('takes an event without data', async () => {
    expect(await codeOf(appendTo('empty'), append({ data: Buffer.alloc(0) }))).toBe('OK')
    expect(await read('empty')).toEqual(['0@empty T'])
  })

  test('expecting more than 64 bits signed fails', async () => {
    expect(await codeOf(appendTo('huge', uint(2, 2n ** 63n)), append())).toBe('UNKNOWN')
    expect(await codeOf(appendTo('huge', uint(2, 2n ** 63n - 1n)), append())).toBe('OK')
    expect(await read('huge')).toEqual(['not found'])
  })
})

describe('what a refusal says in its trailers', () => {
  const NO_STREAM_AS_REVISION = uint(2, 2n ** 64n - 1n)
  test.each(['Delete', 'Tombstone'] as const)('%s names the expectation by its number', async (method) => {
    const stream = `told ${method}`
    await client.appendToStream(stream, jsonEvent({ type: 'T', data: {} }))
    const expecting = async (expected: Build) => (await raw.unary(method, all(named(1, stream), expected))).trailers
    expect(await expecting(NO_STREAM_AS_REVISION)).toEqual({
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': '-1',
      'actual-version': '0',
    })
    expect(await expecting(nested(3))).toMatchObject({ 'expected-version': '-1' })
    expect(await expecting(uint(2, 2n ** 63n - 1n))).toMatchObject({ 'expected-version': '9223372036854775807' })
  })

  test('a name that is not ASCII fits none, and the refusal is lost', async () => {
    await client.tombstoneStream('поток')
    const unknown = { code: 'UNKNOWN', trailers: {} }
    expect(await raw.append(appendTo('поток'), append())).toMatchObject(unknown)
    expect(await raw.read(plain(fromStart('поток'), COUNT(1)))).toMatchObject(unknown)
    expect(await raw.unary('Delete', all(named(1, 'нет'), nested(4)))).toMatchObject(unknown)
  })
})

test.each([
  ['batch', {}],
  ['plain', { credentials: { username: 'admin', password: 'changeit' } }],
])('an id that stands twice in one append answers a repeat with its first revision (%s)', async (how, options) => {
  const stream = `twice ${how}`
  const [a, b] = [jsonEvent({ type: 'A', data: {} }), jsonEvent({ type: 'B', data: {} })]
  const first = await client.appendToStream(stream, [b, a, b], { ...options, expectedRevision: ANY })
  expect(first.nextExpectedRevision).toBe(2n)
  const again = await client.appendToStream(stream, [b, a, b], { ...options, expectedRevision: ANY })
  expect(again.nextExpectedRevision).toBe(0n)
  expect(await idsOf(stream)).toEqual([b.id, a.id, b.id])
})

describe('metadata of a stream', () => {
  const describeWith = (stream: string, json: string) =>
    client.appendToStream(
      `$$${stream}`,
      jsonEvent({ type: '$metadata', data: JSON.parse(json) as Record<string, string> }),
    )
  test('written by hand for a metastream deletes nothing', async () => {
    const [metastream, itsOwn] = ['$$of metadata', '$$$$of metadata']
    const softDelete = () => append({ data: Buffer.from('{"$tb":9223372036854775807}') })
    expect(await codeOf(appendTo(metastream), append())).toBe('OK')
    expect(await codeOf(appendTo(itsOwn), softDelete())).toBe('OK')
    expect(await codeOf(appendTo(metastream, nested(5)), append())).toBe('OK')
    expect(await codeOf(appendTo(itsOwn), softDelete())).toBe('OK')
    const [newest] = await Array.fromAsync(client.readStream(itsOwn))
    expect(newest?.event?.revision).toBe(1n)
  })

  const cut = async (json: string) => {
    const stream = `cut by ${json}`
    await client.appendToStream(
      stream,
      [1, 2, 3].map(() => jsonEvent({ type: 'T', data: {} })),
    )
    await describeWith(stream, json)
    return (await read(stream)).length
  }

  test.each([
    ['{"$maxCount":0,"$tb":2}', 1],
    ['{"$maxCount":2,"$maxAge":-1}', 2],
    ['{"$maxCount":"2","$tb":2}', 3],
    ['{"$tb":1.5}', 3],
    ['{"$tb":2,"$tmp":"yes"}', 3],
    ['{"$tb":2,"$acl":{"$r":"$all","$x":"$all"}}', 3],
    ['{"$tb":2,"own":{"$tb":"x"}}', 1],
  ])('%s leaves %i events', async (json, left) => {
    expect(await cut(json)).toBe(left)
  })
})
