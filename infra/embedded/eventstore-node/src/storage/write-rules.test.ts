import { describe, expect, test } from 'vitest'
import { TOMBSTONE_REVISION } from '../wire/record.ts'
import { Expected, type StreamFacts, decide } from './write-rules.ts'

/** A stream whose events have these ids. */
const stream = (ids: string[], more: Partial<StreamFacts> = {}): StreamFacts => ({
  last: ids.length - 1,
  softDeleted: () => false,
  hasMetadata: () => false,
  recentRevision: (id) => (ids.includes(id) ? ids.lastIndexOf(id) : undefined),
  idAt: (revision) => ids[revision],
  ...more,
})
const WRONG = { kind: 'wrong-expected-revision' }
const { ANY, NO_STREAM, STREAM_EXISTS } = Expected

describe('decide', () => {
  test.each([
    ['a new stream under ANY', stream([]), ANY, ['x'], { kind: 'write' }],
    ['a new stream that must exist', stream([]), STREAM_EXISTS, ['x'], WRONG],
    [
      'a stream with metadata only exists',
      stream([], { hasMetadata: () => true }),
      STREAM_EXISTS,
      ['x'],
      { kind: 'write' },
    ],
    ['the newest revision', stream(['a']), 0, ['x'], { kind: 'write' }],
    ['a revision not there yet', stream(['a']), 5, ['x'], WRONG],
    ['a revision overtaken', stream(['a', 'b']), 0, ['x'], WRONG],
    ['a repeat behind its revision', stream(['a', 'b', 'c']), 0, ['b', 'c'], { kind: 'repeat', last: 2 }],
    [
      'a repeat of what a scavenge took',
      stream(['a', 'b', 'c'], { idAt: () => undefined }),
      0,
      ['b', 'c'],
      { kind: 'repeat', last: 2 },
    ],
    [
      'a repeat of what was written elsewhere since',
      stream(['a', 'b', 'c'], { recentRevision: () => undefined }),
      0,
      ['b', 'c'],
      { kind: 'repeat', last: 2 },
    ],
    ['a repeat with something new', stream(['a', 'b']), NO_STREAM, ['a', 'x'], WRONG],
    ['known ids in any order under ANY', stream(['a', 'b', 'c']), ANY, ['c', 'a'], { kind: 'repeat', last: 0 }],
    ['a known id before a new one under ANY', stream(['a']), ANY, ['a', 'x'], WRONG],
    ['a new id before a known one under ANY', stream(['a']), ANY, ['x', 'a'], { kind: 'write' }],
    ['nothing under ANY', stream(['a']), ANY, [], { kind: 'write' }],
    ['nothing below the newest revision', stream(['a', 'b']), 0, [], WRONG],
    [
      'a soft-deleted stream under NO_STREAM',
      stream(['a'], { softDeleted: () => true }),
      NO_STREAM,
      ['x'],
      { kind: 'write' },
    ],
    [
      'a soft-deleted stream that must exist',
      stream(['a'], { softDeleted: () => true }),
      STREAM_EXISTS,
      ['x'],
      { kind: 'deleted' },
    ],
    ['a tombstoned stream', stream([], { last: TOMBSTONE_REVISION }), ANY, ['x'], { kind: 'deleted' }],
  ])('%s', (_what, facts, expected, ids, decision) => {
    expect(decide(facts, expected, ids)).toEqual(decision)
  })
})
