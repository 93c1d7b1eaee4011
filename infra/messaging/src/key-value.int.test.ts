import { type Engine, eventually, startMessaging } from '@mosaic/kit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  connectMessaging,
  type KeyValueChange,
  type Messaging,
  MessagingUnavailableError,
  RevisionMovedError,
} from './index.ts'

let nats: Engine
let messaging: Messaging

beforeEach(async () => {
  nats = await startMessaging()
  messaging = connectMessaging({ url: nats.url, name: 'test' })
  await eventually('a connection', () => messaging.connected())
})
afterEach(async () => {
  await messaging.close()
  await nats.close()
})

it('keeps the last value of a key', async () => {
  const bucket = messaging.keyValue('things')
  expect(await bucket.get('a')).toBeNull()
  const first = await bucket.put('a', 'one')
  const second = await bucket.put('a', 'two')
  expect(second).toBeGreaterThan(first)
  expect(await messaging.keyValue('things').get('a')).toEqual({ value: 'two', revision: second })
  expect(await messaging.keyValue('others').get('a')).toBeNull()
  await bucket.delete('a')
  expect(await bucket.get('a')).toBeNull()
})

it('writes over an expected revision alone', async () => {
  const bucket = messaging.keyValue('things')
  const first = await bucket.put('a', 'one', 0)
  await expect(bucket.put('a', 'another', 0)).rejects.toThrow(RevisionMovedError)
  await bucket.put('a', 'two', first)
  await expect(bucket.put('a', 'three', first)).rejects.toThrow(RevisionMovedError)
  expect(await bucket.get('a')).toMatchObject({ value: 'two' })
})

it('forgets what is older than the bucket keeps', async () => {
  const bucket = messaging.keyValue('fresh', { maxAgeMs: 500 })
  await bucket.put('a', 'one')
  await eventually('the value to go', async () => (await bucket.get('a')) === null)
})

it('a watch gives what is there and every change, until it is stopped', async () => {
  const bucket = messaging.keyValue('things')
  await bucket.put('a', 'one')
  await bucket.put('b', 'one')
  await bucket.put('a', 'two')
  const stop = new AbortController()
  const seen: Omit<KeyValueChange, 'revision'>[] = []
  for await (const { key, value } of bucket.watch({ signal: stop.signal })) {
    seen.push({ key, value })
    if (seen.length === 2) await bucket.put('c', 'one')
    if (key === 'c') await bucket.delete('b')
    if (value === null) stop.abort()
  }
  expect(seen).toEqual([
    { key: 'b', value: 'one' },
    { key: 'a', value: 'two' },
    { key: 'c', value: 'one' },
    { key: 'b', value: null },
  ])
})

it('a watch says that NATS is away, and so do all calls', async () => {
  const bucket = messaging.keyValue('things')
  const watching = (async () => {
    for await (const _ of bucket.watch({ signal: new AbortController().signal })) void nats.close()
  })()
  await bucket.put('a', 'one')
  await expect(watching).rejects.toThrow(MessagingUnavailableError)
  await expect(bucket.get('a')).rejects.toThrow(MessagingUnavailableError)
  await expect(bucket.put('a', 'two')).rejects.toThrow(MessagingUnavailableError)
})
