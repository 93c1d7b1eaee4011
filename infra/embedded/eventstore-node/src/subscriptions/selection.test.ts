import { expect, test } from 'vitest'
import type { StoredEvent } from '../storage/reader.ts'
import { encodeBody, encodeRecord } from '../wire/record.ts'
import { ProtoReader } from '../wire/protobuf.ts'
import { readPosition } from '../wire/read-request.ts'
import { Selection } from './selection.ts'

const SIZE = 1000

/** Events one behind the other, of stream `x` where the pattern says x, of stream `o` elsewhere. */
const events = (pattern: string, from = SIZE): StoredEvent[] =>
  Array.from(pattern, (stream, index) => {
    const head = encodeRecord({
      id: '0b6e3a54-7c1f-4f7e-9a7b-3f1a6f1f2e3d',
      stream: Buffer.from(stream),
      revision: 0,
      position: from + index * SIZE,
      createdMs: 1_700_000_000_123,
      body: encodeBody({ type: 'T', isJson: true, data: Buffer.alloc(0) }),
    })
    return {
      position: from + index * SIZE,
      record: Buffer.concat([head, Buffer.alloc(SIZE - head.length)]),
    }
  })

const selection = (window: number | undefined, multiplier: number) =>
  new Selection({ on: 'stream', regex: '', prefixes: ['x'], window, hasWindow: true, multiplier })

const shown = (message: Uint8Array): string => {
  if (message.length === 0) return 'x'
  const reader = new ProtoReader(Buffer.from(message))
  reader.next()
  const place = readPosition(reader.message())
  return place.kind === 'position' ? `${Number(place.commit) / SIZE}/${Number(place.prepare) / SIZE}` : ''
}
const render = () => Buffer.alloc(0)
const catchUp = (of: Selection, pattern: string, from?: number) => of.catchUp(events(pattern, from), render).map(shown)
const live = (of: Selection, pattern: string, from?: number) => of.live(events(pattern, from), render).map(shown)

test('a checkpoint comes at the end of a page: at its newest event found, or else at its beginning', () => {
  const of = selection(3, 1)
  of.beginAt(0)
  expect(catchUp(of, 'oooxooooooxx')).toEqual(['0/0', 'x', '4/4', '7/0', 'x', 'x', '12/12'])
})

test('an interval of several windows', () => {
  const of = selection(3, 2)
  of.beginAt(SIZE)
  expect(catchUp(of, 'oxoooo')).toEqual(['x', '4/0'])
})

test('a page is over after 32 events found, whatever the window', () => {
  const of = selection(100, 1)
  of.beginAt(SIZE)
  const messages = catchUp(of, 'x'.repeat(99) + 'o')
  expect(messages.filter((message) => message !== 'x')).toEqual([])
  expect(catchUp(of, 'o'.repeat(96), 101 * SIZE)).toEqual(['99/99'])
})

test('without a window 32 events are looked at', () => {
  const of = selection(undefined, 1)
  of.beginAt(0)
  expect(catchUp(of, 'o'.repeat(64))).toEqual(['0/0', '33/0'])
})

test('an open page counts when going live, and live events get their checkpoint at once', () => {
  const of = selection(5, 1)
  of.beginAt(0)
  expect(catchUp(of, 'ooo')).toEqual([])
  of.goLive()
  expect(live(of, 'oxooooo', 4 * SIZE)).toEqual(['x', '5/5', '10/10'])
})

test('an interval of 0 is refused', () => {
  expect(() => selection(5, 0)).toThrow('interval of 0')
})
