import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ConnectionKind, type Connections, Tally } from './tally.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const to = (host: string, outcome: ConnectionKind['outcome'] = 'refused'): ConnectionKind => ({
  host,
  port: 443,
  outcome,
  reason: outcome === 'allowed' ? null : 'HOST_NOT_ALLOWED',
})

const recording = () => {
  const told: Connections[] = []
  return { told, tally: new Tally(async (connections) => void told.push(connections)) }
}
const hours = 3_600_000

test('the first connection to a host is told within a second, with what came meanwhile', async () => {
  const { told, tally } = recording()
  tally.add(to('a.org', 'allowed'), { count: 1 })
  tally.add(to('a.org', 'allowed'), { count: 1 })
  tally.add(to('a.org', 'allowed'), { bytesSent: 5, bytesReceived: 7, durationMs: 3 })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(told).toEqual([{ ...to('a.org', 'allowed'), count: 2, bytesSent: 5, bytesReceived: 7, durationMs: 3 }])
})

test('a host that comes again and again is told ever more rarely, and none of it is lost', async () => {
  const { told, tally } = recording()
  for (let second = 0; second < 6 * 3600; second++) {
    for (let n = 0; n < 5; n++) tally.add(to('a.org'), { count: 1 })
    await vi.advanceTimersByTimeAsync(1_000)
  }
  await tally.flush()
  expect(told.length).toBeLessThan(60)
  expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(6 * 3600 * 5)
})

test('a host that is new is told soon, whatever there was before', async () => {
  const { told, tally } = recording()
  tally.add(to('a.org'), { count: 1 })
  await vi.advanceTimersByTimeAsync(100_000)
  tally.add(to('b.org'), { count: 1 })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(told.map(({ host }) => host)).toEqual(['a.org', 'b.org'])
})

test('100,000 made-up hosts are told as fifty and the rest, and the allowed ones by name all the same', async () => {
  const { told, tally } = recording()
  for (let n = 0; n < 100_000; n++) tally.add(to(`n${n}.evil.org`), { count: 1 })
  tally.add(to('a.org', 'allowed'), { count: 1 })
  await vi.advanceTimersByTimeAsync(24 * hours)
  expect(told).toHaveLength(52)
  expect(told.find(({ host }) => host === null)).toMatchObject({ port: null, outcome: 'refused', count: 99_950 })
  expect(told.at(-1)).toMatchObject({ host: 'a.org' })
})

test('while what is told is not taken, sums grow, and one thing at a time waits', async () => {
  const told: Connections[] = []
  const gate = Promise.withResolvers<void>()
  const tally = new Tally(async (connections) => {
    told.push(connections)
    await gate.promise
  })
  for (let n = 0; n < 1000; n++) {
    tally.add(to('a.org'), { count: 1 })
    tally.add(to('b.org'), { count: 1 })
    await vi.advanceTimersByTimeAsync(1_000)
  }
  expect(told).toHaveLength(1)
  gate.resolve()
  await tally.flush()
  expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(2000)
  expect(told.length).toBeLessThan(6)
})

test('what cannot be told does not stop what comes after it', async () => {
  const told: string[] = []
  const tally = new Tally(async ({ host }) => {
    told.push(host ?? '')
    throw new Error('refused')
  })
  tally.add(to('a.org'), { count: 1 })
  tally.add(to('b.org'), { count: 1 })
  await tally.flush()
  expect(told).toEqual(['a.org', 'b.org'])
})
