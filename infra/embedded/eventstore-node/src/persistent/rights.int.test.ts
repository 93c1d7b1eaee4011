import {
  type EventStoreDBClient,
  START,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN, OPS, type SecureNode, startSecureNode } from '../../test/secure-node.ts'

const STREAM = '$for-administrators'
const DENIED = { type: 'access-denied' }
let secure: SecureNode
let [ops, nobody]: EventStoreDBClient[] = []

beforeAll(async () => {
  secure = await startSecureNode()
  ;[ops, nobody] = [secure.connect(OPS), secure.connect(null)]
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START })
  await secure.connect(ADMIN).createPersistentSubscriptionToStream(STREAM, 'g', settings)
})
afterAll(() => secure[Symbol.asyncDispose]())

test('everybody who signed in may look at a group, whatever the stream', async () => {
  expect((await ops!.getPersistentSubscriptionToStreamInfo(STREAM, 'g')).groupName).toBe('g')
  expect(await ops!.listAllPersistentSubscriptions()).toHaveLength(1)
  await expect(nobody!.getPersistentSubscriptionToStreamInfo(STREAM, 'g')).rejects.toMatchObject(DENIED)
  await expect(nobody!.listAllPersistentSubscriptions()).rejects.toMatchObject(DENIED)
})

test('only who may read the stream may consume', async () => {
  const refused = new Promise((resolve) => {
    ops!.subscribeToPersistentSubscriptionToStream(STREAM, 'g').on('error', resolve)
  })
  expect(await refused).toMatchObject(DENIED)
})

test('operators change groups, those who did not sign in do not', async () => {
  await expect(nobody!.replayParkedMessagesToStream(STREAM, 'g')).rejects.toMatchObject(DENIED)
  await ops!.replayParkedMessagesToStream(STREAM, 'g')
  await expect(nobody!.deletePersistentSubscriptionToStream(STREAM, 'g')).rejects.toMatchObject(DENIED)
  await ops!.deletePersistentSubscriptionToStream(STREAM, 'g')
})
