import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { openTarget } from './target.ts'

/** The one of the system, which Debian's python3-grpcio belongs to. */
const PYTHON = '/usr/bin/python3'
/** Whatever the environment says: no other packages, and no compiled files beside the sources. */
const ISOLATED = ['-E', '-B']
const CHECKS = fileURLToPath(new URL('../python/checks.py', import.meta.url))

const installed = spawnSync(PYTHON, [...ISOLATED, '-c', 'import grpc']).status === 0
if (!installed) console.warn('skipped for want of grpcio:  sudo apt-get install python3-grpcio')

interface Line {
  check: string
  found: unknown
}

const run = (url: string): Promise<Map<string, unknown>> =>
  new Promise((resolve, reject) => {
    execFile(PYTHON, [...ISOLATED, CHECKS, url], { maxBuffer: 2 ** 26, timeout: 200_000 }, (fault, stdout) => {
      if (fault) return reject(fault)
      const lines = stdout.trim().split('\n')
      const checks = lines.map((line) => JSON.parse(line) as Line)
      resolve(new Map(checks.map(({ check, found }) => [check, found])))
    })
  })

const OK = { code: 'OK', trailers: {} }
const DELETED = { code: 'FAILED_PRECONDITION', trailers: { exception: 'stream-deleted', 'stream-name': true } }

/** What each check of the program must have seen; a text instead is the trace of its fault. */
const EXPECTED = {
  append: { revision: 2, stored: ['a', 'b', 'c'] },
  batch_append: { answered: true, revisions: true, stored: 200 },
  reads_with_counts: { forwards: [0, 1, 2], backwards: [9, 8, 7, 6], all: 2 },
  long_read: { events: true, ...OK },
  missing_stream: { kinds: ['not found'], name: true, ...OK },
  tombstoned_stream: { read: DELETED, append: DELETED },
  wrong_expected_revision: {
    append: { current: 1, expected: 7 },
    batch: { code: 6, details: 'type.googleapis.com/event_store.client.WrongExpectedVersion' },
  },
  stream_subscription: {
    kinds: ['confirmation', 'event', 'event', 'caught up', 'event'],
    revisions: [0, 1, 2],
  },
  all_subscription: { first: 'confirmation', last: 'caught up', data: ['a', 'b'] },
  cancelled_read: { read: 10, code: 'CANCELLED', after: 20_000 },
  cancelled_subscription: { code: 'CANCELLED', after: 1 },
  deadline: { code: 'DEADLINE_EXCEEDED', 'in time': true },
  persistent_subscription: { revisions: [0, 1, 2, 3, 4], again: 'ALREADY_EXISTS' },
  server_features: { version: true, batches: true },
  gossip: { members: 1, leader: true, alive: 1 },
  gzip: { stored: true },
  large_event: { stored: [true] },
  unknown_methods: { codes: ['UNIMPLEMENTED', 'UNIMPLEMENTED'] },
}

describe.runIf(installed)('through the C-core stack of gRPC', () => {
  let found: Map<string, unknown>

  beforeAll(async () => {
    await using target = await openTarget()
    found = await run(target.url)
  }, 240_000)

  test.each(Object.entries(EXPECTED))('%s', (check, expected) => {
    expect(found.get(check)).toEqual(expected)
  })

  test('no check goes without an expectation', () => {
    expect([...found.keys()]).toEqual(Object.keys(EXPECTED))
  })
})
