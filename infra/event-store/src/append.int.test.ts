import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, StreamDeletedError } from '@eventstore/db-client'
import { commandContext, type Engine, messageRecorded, spawnRequested, startEventStore } from '@mosaic/kit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectEventStore, type EventStore, InvalidEventError } from './index.ts'
import { startCuttingProxy } from '../test/cutting-proxy.ts'
import { startFollower } from '../test/follower.ts'

let engine: Engine
let store: EventStore

beforeAll(async () => {
  engine = await startEventStore()
  store = connectEventStore({ connectionString: engine.url, instanceId: 'instance' })
})
afterAll(async () => {
  await store.close()
  await engine.close()
})

const any = () => ({ expectedRevision: 'any', context: commandContext() }) as const
const newSession = () => {
  const sessionId = randomUUID()
  return { sessionId, streamId: `agentSession-${sessionId}` }
}
const messages = (sessionId: string, count: number, text = 'hello') =>
  Array.from({ length: count }, () => messageRecorded(sessionId, randomUUID(), text))
const typesOf = async (reader: EventStore, streamId: string) => {
  const types: string[] = []
  for await (const item of reader.readStream(streamId)) types.push(item.kind === 'event' ? item.event.type : item.kind)
  return types
}

it('a gateway that sends tokens as text does not poison the stream', async () => {
  const { sessionId, streamId } = newSession()
  await store.append(streamId, [spawnRequested(sessionId)], any())
  const usage = { outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 }
  const good = messageRecorded(sessionId, randomUUID(), 'hello', { usage: { ...usage, inputTokens: 12 } })
  const asSent: typeof good = JSON.parse(JSON.stringify(good).replace('"inputTokens":12', '"inputTokens":"12"'))
  await expect(store.append(streamId, [good, asSent], any())).rejects.toThrow(
    expect.objectContaining({ name: 'InvalidEventError', type: 'MessageRecorded', field: 'data.usage.inputTokens' }),
  )
  expect(await typesOf(store, streamId)).toEqual(['AgentSpawnRequested'])
  expect(await store.append(streamId, [good], { ...any(), expectedRevision: 0 })).toMatchObject({ ok: true })
})

it.each([300, 100_000])('data that nests %i levels deep does not poison the stream', async (levels) => {
  const { sessionId, streamId } = newSession()
  const input = JSON.parse(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`)
  const invoked = { type: 'ToolInvoked', data: { sessionId, toolCallId: 't', turn: 1, name: 'shell', input } } as const
  await expect(store.append(streamId, [spawnRequested(sessionId), invoked], any())).rejects.toThrow(
    expect.objectContaining({ name: 'InvalidEventError', type: 'ToolInvoked', field: 'data' }),
  )
  expect(await typesOf(store, streamId)).toEqual([])
})

it('refuses metadata that no reader would take', async () => {
  const { sessionId, streamId } = newSession()
  const context = commandContext({ workspaceId: 'not a token' })
  const refused = store.append(streamId, [spawnRequested(sessionId)], { ...any(), context })
  await expect(refused).rejects.toThrow(InvalidEventError)
  expect(await typesOf(store, streamId)).toEqual([])
})

it('gives each of many appends at once its own answer', async () => {
  const sessions = Array.from({ length: 20 }, newSession)
  const answers = await Promise.all(
    sessions.map(({ sessionId, streamId }, n) => store.append(streamId, messages(sessionId, n + 1), any())),
  )
  expect(answers.map((answer) => answer.ok && answer.value.revision)).toEqual(sessions.map((_, n) => n))
  expect(new Set(answers.map((answer) => answer.ok && answer.value.position)).size).toBe(sessions.length)
})

it('writes more than one message of the protocol holds in one transaction', async () => {
  const { sessionId, streamId } = newSession()
  const written = messages(sessionId, 2500, 'x'.repeat(150))
  expect(await store.append(streamId, written, any())).toMatchObject({ ok: true, value: { revision: 2499 } })
})

it('throws what the store refuses', async () => {
  const { sessionId, streamId } = newSession()
  const large = messages(sessionId, 1, 'x'.repeat(1_100_000))
  await expect(store.append(streamId, large, any())).rejects.toThrow(InvalidEventError)
  const client = EventStoreDBClient.connectionString(engine.url)
  await client.tombstoneStream(streamId)
  await client.dispose()
  await expect(store.append(streamId, messages(sessionId, 1), any())).rejects.toThrow(StreamDeletedError)
})

it('a connection that breaks before the answer comes leaves nothing twice', async () => {
  const proxy = await startCuttingProxy(engine.url)
  const cut = connectEventStore({ connectionString: proxy.url, instanceId: 'instance' })
  const { sessionId, streamId } = newSession()
  await cut.append(streamId, messages(sessionId, 1), any())
  proxy.cutBeforeNextAnswer()
  const answers = await Promise.all([1, 2, 3].map(() => cut.append(streamId, messages(sessionId, 2), any())))
  expect(answers.map((answer) => answer.ok)).toEqual([true, true, true])
  expect(proxy.cuts()).toBe(1)
  expect(await typesOf(store, streamId)).toHaveLength(7)
  await cut.close()
  await proxy.close()
})

it('a connection that is half open is left for another one long before keepalive would find out', async () => {
  const proxy = await startCuttingProxy(engine.url)
  const halfOpen = connectEventStore({ connectionString: proxy.url, instanceId: 'instance' })
  const { sessionId, streamId } = newSession()
  await halfOpen.append(streamId, messages(sessionId, 1), any())
  proxy.leaveHalfOpen()
  const started = performance.now()
  const answers = await Promise.all([1, 2, 3].map(() => halfOpen.append(streamId, messages(sessionId, 2), any())))
  expect(answers.map((answer) => answer.ok)).toEqual([true, true, true])
  expect(performance.now() - started).toBeLessThan(15_000)
  expect(await typesOf(halfOpen, streamId)).toHaveLength(7)
  await halfOpen.close()
  await proxy.close()
})

it('goes to the leader when a follower names it', async () => {
  const follower = await startFollower(engine.url)
  const client = connectEventStore({ connectionString: follower.url, instanceId: 'instance' })
  const { sessionId, streamId } = newSession()
  expect(await client.append(streamId, messages(sessionId, 1), any())).toMatchObject({ ok: true })
  expect(await typesOf(client, streamId)).toHaveLength(1)
  expect(follower.asked()).toBe(1)
  await client.close()
  follower.close()
})
