import {
  type EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client'
import gossip from '@eventstore/db-client/generated/shared_pb.js'
import { GossipClient } from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import { Metadata } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, OPS, PASSWORDS, type SecureNode, outcome, startSecureNode } from '../../test/secure-node.ts'

let secure: SecureNode
let [admin, ops, nobody]: EventStoreDBClient[] = []
beforeAll(async () => {
  secure = await startSecureNode()
  ;[admin, ops, nobody] = [secure.connect(ADMIN), secure.connect(OPS), secure.connect(null)]
})
afterAll(() => secure[Symbol.asyncDispose]())

const event = () => jsonEvent({ type: 'T', data: {} })
const ALLOWED = 'allowed'
/** Credentials on the call itself make the client use Append instead of BatchAppend. */
const PLAIN = { credentials: { username: 'ops', password: PASSWORDS.ops } }

async function verdict(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return ALLOWED
  } catch (fault) {
    return (fault as { type: string }).type
  }
}
const read = async (client: EventStoreDBClient, stream: string): Promise<void> => {
  for await (const _ of client.readStream(stream, { maxCount: 1 }));
}
const readAll = async (client: EventStoreDBClient): Promise<void> => {
  for await (const _ of client.readAll({ maxCount: 1 }));
}
const may = (client: EventStoreDBClient, stream: string) => ({
  read: () => verdict(read(client, stream)),
  write: () => verdict(client.appendToStream(stream, event())),
  delete: () => verdict(client.deleteStream(stream)),
  metaRead: () => verdict(client.getStreamMetadata(stream)),
  metaWrite: () => verdict(client.setStreamMetadata(stream, {})),
})
const DENIED = 'access-denied'

describe('without a word in their metadata', () => {
  test('streams are for everybody who signs in, and nobody else', async () => {
    expect(await may(ops!, 'plain').write()).toBe(ALLOWED)
    expect(await may(ops!, 'plain').metaRead()).toBe(ALLOWED)
    expect(await may(ops!, 'plain').metaWrite()).toBe(ALLOWED)
    for (const what of ['read', 'write', 'delete', 'metaRead', 'metaWrite'] as const) {
      expect(`${what} ${await may(nobody!, 'plain')[what]()}`).toBe(`${what} ${DENIED}`)
    }
    expect(await may(ops!, 'plain').delete()).toBe(ALLOWED)
  })

  test('system streams are for administrators', async () => {
    expect(await may(admin!, '$mine').write()).toBe(ALLOWED)
    for (const what of ['read', 'write', 'delete', 'metaRead', 'metaWrite'] as const) {
      expect(`${what} ${await may(ops!, '$mine')[what]()}`).toBe(`${what} ${DENIED}`)
    }
    expect(await verdict(ops!.appendToStream('$mine', event(), PLAIN))).toBe(DENIED)
    expect(await verdict(readAll(ops!))).toBe(DENIED)
    expect(await verdict(readAll(admin!))).toBe(ALLOWED)
  })

  test('links of the system projections can be read, though not written, by everybody', async () => {
    await admin!.appendToStream('kind-1', event())
    expect(await may(ops!, '$ce-kind').read()).toBe(ALLOWED)
    expect(await may(ops!, '$ce-kind').metaRead()).toBe(ALLOWED)
    expect(await may(ops!, '$ce-kind').write()).toBe(DENIED)
    expect(await may(nobody!, '$ce-kind').read()).toBe(DENIED)
  })

  test('nobody, administrators included, writes to $all or deletes a metastream', async () => {
    expect(await may(admin!, '$all').write()).toBe(DENIED)
    expect(await may(admin!, '$all').delete()).toBe(DENIED)
    expect(await may(admin!, '$$plain').delete()).toBe(DENIED)
  })
})

describe('access control lists', () => {
  test('name users and groups, per operation; what they leave out stays as it was', async () => {
    await admin!.appendToStream('listed', event())
    await admin!.setStreamMetadata('listed', {
      acl: { readRoles: ['$ops'], writeRoles: ['$admins'], metaReadRoles: [] },
    })
    expect(await may(ops!, 'listed').read()).toBe(ALLOWED)
    expect(await may(ops!, 'listed').write()).toBe(DENIED)
    expect(await may(ops!, 'listed').metaRead()).toBe(DENIED)
    expect(await may(admin!, 'listed').metaRead()).toBe(ALLOWED)
    expect(await may(ops!, 'listed').delete()).toBe(ALLOWED)
  })

  test('open a system stream to a user', async () => {
    await admin!.appendToStream('$open', event())
    await admin!.setStreamMetadata('$open', { acl: { readRoles: ['ops'] } })
    expect(await may(ops!, '$open').read()).toBe(ALLOWED)
    expect(await may(ops!, '$open').write()).toBe(DENIED)
  })

  test('of $settings hold where a stream has none, until they make no sense', async () => {
    await admin!.appendToStream('default', event())
    const settings = (data: Record<string, unknown>) =>
      admin!.appendToStream('$settings', jsonEvent({ type: 'x', data }))
    await settings({ $userStreamAcl: { $r: '$admins' }, $systemStreamAcl: { $r: '$ops' } })
    expect(await may(ops!, 'default').read()).toBe(DENIED)
    expect(await may(ops!, 'default').write()).toBe(ALLOWED)
    expect(await may(ops!, '$mine').read()).toBe(ALLOWED)
    expect(await may(ops!, '$mine').write()).toBe(DENIED)
    await settings({ $userStreamAcl: { $r: '$admins' }, $systemStreamAcl: { $r: 7 } })
    expect(await may(ops!, 'default').read()).toBe(ALLOWED)
  })
})

describe('persistent subscriptions', () => {
  const settings = persistentSubscriptionToStreamSettingsFromDefaults()
  const consumed = (client: EventStoreDBClient, stream: string) => {
    const consumer = client.subscribeToPersistentSubscriptionToStream(stream, 'group')
    const confirmed = new Promise((resolve, reject) => consumer.once('confirmation', resolve).once('error', reject))
    return verdict(confirmed.finally(() => consumer.unsubscribe()))
  }

  test('are made by operators, looked at by all who sign in, consumed by those who may read the stream', async () => {
    await admin!.appendToStream('closed', event())
    await admin!.setStreamMetadata('closed', { acl: { readRoles: ['$admins'] } })
    expect(await verdict(nobody!.createPersistentSubscriptionToStream('closed', 'group', settings))).toBe(DENIED)
    expect(await verdict(ops!.createPersistentSubscriptionToStream('closed', 'group', settings))).toBe(ALLOWED)
    expect(await verdict(ops!.getPersistentSubscriptionToStreamInfo('closed', 'group'))).toBe(ALLOWED)
    expect(await verdict(nobody!.getPersistentSubscriptionToStreamInfo('closed', 'group'))).toBe(DENIED)
    expect(await verdict(nobody!.listAllPersistentSubscriptions())).toBe(DENIED)
    expect([await consumed(ops!, 'closed'), await consumed(admin!, 'closed')]).toEqual([DENIED, ALLOWED])
    expect(await verdict(ops!.deletePersistentSubscriptionToStream('closed', 'group'))).toBe(ALLOWED)
  })
})

describe('credentials', () => {
  const call = async (authorization: string) => {
    const client = new GossipClient(secure.address, secure.ssl)
    const metadata = new Metadata()
    metadata.set('authorization', authorization)
    const { code } = await outcome((done) => client.read(new gossip.Empty(), metadata, done))
    client.close()
    return code
  }
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

  test.each([
    ['right', basic(ADMIN), 'OK'],
    ['a wrong password, even where none is wanted', basic('admin:wrong'), 'UNAUTHENTICATED'],
    ['an unknown user', basic('ghost:wrong'), 'UNAUTHENTICATED'],
    ['no password: nobody', basic('admin'), 'OK'],
    ['another scheme: nobody', 'Bearer abc', 'OK'],
    ['no base64', 'Basic !!!', 'UNKNOWN'],
  ])('%s', async (_what, authorization, code) => expect(await call(authorization)).toBe(code))

  test('that are wrong say so to a client of streams', async () => {
    await expect(read(secure.connect('admin:wrong'), 'plain')).rejects.toMatchObject({ code: 16 })
  })
})
