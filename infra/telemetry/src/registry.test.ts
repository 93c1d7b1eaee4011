import { expect, test } from 'vitest'
import { counter, sample, sampled, scrape } from './registry.ts'

const shown = async (name: string) =>
  (await scrape()).body.split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'))

test('what the process is and what was counted, in the text format', async () => {
  counter({ name: 'mosaic_test_counted_total', help: 'Counted.', labelNames: ['outcome'] }).inc({ outcome: 'done' })
  const { contentType, body } = await scrape()
  expect(contentType).toMatch(/^text\/plain; version=/)
  for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']) expect(body).toContain(name)
  expect(await shown('mosaic_test_counted_total')).toEqual(['mosaic_test_counted_total{outcome="done"} 1'])
})

test('a gauge is looked up when it is asked for, the last way that was said', async () => {
  const gauge = sampled({ name: 'mosaic_test_waiting', help: 'Waiting.' })
  let waiting = 3
  sample(gauge, (it) => it.set(1))
  sample(gauge, (it) => it.set(waiting))
  expect(await shown('mosaic_test_waiting')).toEqual(['mosaic_test_waiting 3'])
  waiting = 4
  expect(await shown('mosaic_test_waiting')).toEqual(['mosaic_test_waiting 4'])
})

test('values that have gone are not shown any more', async () => {
  const gauge = sampled({ name: 'mosaic_test_by_status', help: 'By status.', labelNames: ['status'] })
  const statuses = ['running', 'running', 'paused']
  sample(gauge, (it) => statuses.forEach((status) => it.inc({ status })))
  expect(await shown('mosaic_test_by_status')).toHaveLength(2)
  statuses.pop()
  expect(await shown('mosaic_test_by_status')).toEqual(['mosaic_test_by_status{status="running"} 2'])
})

test.each([
  ['fails', () => Promise.reject(new Error('Postgres is away'))],
  [
    'throws',
    () => {
      throw new Error('not ready')
    },
  ],
])('a gauge whose look %s is not shown; all others are', async (_, look) => {
  sample(sampled({ name: 'mosaic_test_away', help: 'Away.' }), look)
  expect(await shown('mosaic_test_away')).toEqual([])
  expect(await shown('process_cpu_seconds_total')).toHaveLength(1)
})
