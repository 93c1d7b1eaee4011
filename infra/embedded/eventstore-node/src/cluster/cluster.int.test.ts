import { GossipClient } from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import gossip from '@eventstore/db-client/generated/gossip_pb.js'
import { ServerFeaturesClient } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { Client, credentials } from '@grpc/grpc-js'
import { expect, test } from 'vitest'
import { startEventStoreNode } from '../index.ts'
import { outcome, signedAs, startSecureNode } from '../../test/secure-node.ts'

type Methods = InstanceType<typeof serverFeatures.SupportedMethods>

test('the features name every method once, those of the redaction service too, which answers nobody', async () => {
  await using node = await startEventStoreNode({ memory: true })
  const address = `127.0.0.1:${node.port}`
  const client = new ServerFeaturesClient(address, credentials.createInsecure())
  const { value } = await outcome<Methods>((done) => client.getSupportedMethods(new shared.Empty(), done))
  expect(value!.getEventStoreServerVersion()).toBe('23.10.6')
  const methods = value!.getMethodsList().map((method) => method.toObject())
  const names = methods.map(({ serviceName, methodName }) => `${serviceName}/${methodName}`)
  expect(new Set(names).size).toBe(names.length)
  const features = Object.fromEntries(names.map((name, index) => [name, methods[index]!.featuresList]))
  expect(features).toMatchObject({
    'event_store.client.streams.streams/batchappend': ['deadline_duration'],
    'event_store.client.streams.streams/read': ['position', 'events'],
    'event_store.client.streams.streams/append': [],
    'event_store.client.persistent_subscriptions.persistentsubscriptions/list': ['stream', 'all'],
    'event_store.client.users.users/changepassword': [],
    'event_store.client.operations.operations/setnodepriority': [],
    'event_store.client.redaction.redaction/switchchunks': [],
  })
  client.close()

  const raw = new Client(address, credentials.createInsecure())
  const path = '/event_store.client.redaction.Redaction/SwitchChunks'
  const same = (bytes: Buffer) => bytes
  const answer = await outcome((done) => raw.makeUnaryRequest(path, same, same, Buffer.alloc(0), done))
  expect(answer.code).toBe('UNIMPLEMENTED')
  raw.close()
})

test('the gossip is of one node that leads itself, seen just now, and for anybody to read', async () => {
  await using secure = await startSecureNode()
  const client = new GossipClient(secure.address, secure.ssl)
  const { value } = await outcome<InstanceType<typeof gossip.ClusterInfo>>((done) =>
    client.read(new shared.Empty(), signedAs(null), done),
  )
  const [member, ...others] = value!.getMembersList().map((each) => each.toObject())
  expect(others).toEqual([])
  expect(member).toMatchObject({ state: gossip.MemberInfo.VNodeState.LEADER, isAlive: true })
  expect(member!.httpEndPoint).toEqual({ address: '127.0.0.1', port: secure.node.port })
  // Ticks of 100 ns since 1970.
  const seen = Number(member!.timeStamp) / 10_000
  expect(Math.abs(Date.now() - seen)).toBeLessThan(60_000)
  client.close()
})
