import type { ReadItem } from '@mosaic/event-store'
import { testLog } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { positionOf } from './position.ts'
import { Subscription } from './subscription.ts'

const items = (count: number): ReadItem[] =>
  testLog()
    .add(
      'task-1',
      Array.from({ length: count }, () => ({ type: 'WorkspaceCreated', data: { workspaceId: 'w', name: 'W' } })),
    )
    .map((event) => ({ kind: 'event', event, raw: { ...event, contentType: '', preparePosition: event.position } }))

test('gives what was offered in order, at most as many as asked for', async () => {
  const subscription = new Subscription(null)
  const offered = items(3)
  for (const item of offered) subscription.offer(item)
  expect((await subscription.take(2))?.map(positionOf)).toEqual(['100', '200'])
  expect((await subscription.take(2))?.map(positionOf)).toEqual(['300'])
})

test('waits for the first item, and ends when it is closed while waiting', async () => {
  const subscription = new Subscription(null)
  const [item] = items(1)
  const taken = subscription.take(10)
  subscription.offer(item!)
  expect(await taken).toEqual([item])
  const waiting = subscription.take(10)
  subscription.close()
  expect(await waiting).toBeUndefined()
  expect(await subscription.take(10)).toBeUndefined()
})

test('who falls too far behind is told to read the log', async () => {
  const subscription = new Subscription(null)
  for (const item of items(5_001)) subscription.offer(item)
  expect(await subscription.take(10)).toBeUndefined()
})
