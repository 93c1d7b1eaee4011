import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { Client, credentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../index.ts'
import { ProtoWriter } from '../wire/protobuf.ts'

const SERVICE = '/event_store.client.projections.Projections'
const NAMES = ['$by_category', '$by_correlation_id', '$by_event_type', '$stream_by_category', '$streams']
let node: EventStoreNode
let client: EventStoreDBClient
let raw: Client

beforeAll(async () => {
  node = await startEventStoreNode({ memory: true })
  client = EventStoreDBClient.connectionString(node.connectionString)
  raw = new Client(`127.0.0.1:${node.port}`, credentials.createInsecure())
})
afterAll(async () => {
  raw.close()
  await client.dispose()
  await node.close()
})

const same = (bytes: Buffer) => bytes

/** How many projections come for a mode; undefined for options without one. */
async function counted(mode: number | undefined): Promise<number> {
  const request = new ProtoWriter().message(1, (options) => {
    if (mode !== undefined) options.message(mode)
  })
  let count = 0
  for await (const _ of raw.makeServerStreamRequest(`${SERVICE}/Statistics`, same, same, request.finish())) count++
  return count
}

const append = (stream: string) => client.appendToStream(stream, jsonEvent({ type: 'T', data: {} }))
async function read(stream: string): Promise<string[]> {
  const found: string[] = []
  for await (const { event } of client.readStream(stream)) found.push(Buffer.from(event!.data as Uint8Array).toString())
  return found
}

test('all are continuous and count as running, read or not', async () => {
  const listed = await client.listProjections()
  expect(listed.map(({ name }) => name).toSorted()).toEqual(NAMES)
  expect(new Set(listed.map(({ projectionStatus }) => projectionStatus))).toEqual(new Set(['Running']))
  const [ALL, TRANSIENT, CONTINUOUS, ONE_TIME] = [2, 3, 4, 5]
  expect(await Promise.all([undefined, ALL, CONTINUOUS].map(counted))).toEqual([5, 5, 5])
  expect(await Promise.all([TRANSIENT, ONE_TIME].map(counted))).toEqual([0, 0])
})

test('a name that nobody has is something unexpected, not something missing', async () => {
  const unexpected = { code: 2, message: /received NotFound instead/ }
  const missing = [
    client.getProjectionStatus('none'),
    client.enableProjection('none'),
    client.disableProjection('none'),
    client.abortProjection('none'),
  ]
  for (const call of missing) {
    const fault: unknown = await call.catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: unexpected.code })
    expect((fault as Error).message).toMatch(unexpected.message)
  }
})

test('a disabled one links nothing until it is enabled, an aborted one says that it was', async () => {
  await append('order-1')
  expect(await read('$ce-order')).toEqual(['0@order-1'])
  await client.disableProjection('$by_category')
  await client.disableProjection('$by_category')
  expect((await client.getProjectionStatus('$by_category')).projectionStatus).toBe('Stopped')
  await append('order-1')
  expect(await read('$ce-order')).toEqual(['0@order-1'])
  await client.enableProjection('$by_category')
  await client.enableProjection('$by_category')
  expect(await read('$ce-order')).toEqual(['0@order-1', '1@order-1'])
  await client.abortProjection('$by_category')
  expect((await client.getProjectionStatus('$by_category')).status).toBe('Aborted/Stopped')
  await client.enableProjection('$by_category')
  const { projectionStatus, progress } = await client.getProjectionStatus('$by_category')
  expect([projectionStatus, progress]).toEqual(['Running', 100])
})

test('what would need JavaScript is refused by name', async () => {
  await expect(client.createProjection('mine', 'fromAll()')).rejects.toMatchObject({ code: 12 })
})

test('what deleted a stream stands in its category', async () => {
  await append('gone-1')
  await append('grave-1')
  await client.deleteStream('gone-1')
  await client.tombstoneStream('grave-1')
  expect(await read('$ce-gone')).toEqual(['0@gone-1', '0@$$gone-1'])
  expect(await read('$ce-grave')).toEqual(['0@grave-1', '9223372036854775807@grave-1'])
  expect(await read('$et-$deleted')).toEqual(['0@gone-1', '9223372036854775807@grave-1'])
})

test('with projections switched off all are stopped, and links come once one is enabled', async () => {
  await using off = await startEventStoreNode({ memory: true, projections: 'none' })
  const other = EventStoreDBClient.connectionString(off.connectionString)
  const statuses = (await other.listProjections()).map(({ projectionStatus }) => projectionStatus)
  expect(new Set(statuses)).toEqual(new Set(['Stopped']))
  await other.enableProjection('$streams')
  expect((await other.getProjectionStatus('$streams')).projectionStatus).toBe('Running')
  await other.dispose()
})
