import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { commandContext, type Engine, messageRecorded, spawnRequested, startEventStore } from '@mosaic/kit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectEventStore, type EventStore, type ReadItem, StoreUnavailableError } from './index.ts'

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

const newSession = () => {
  const sessionId = randomUUID()
  return { sessionId, streamId: `agentSession-${sessionId}` }
}
const spawn = async () => {
  const session = newSession()
  const appended = await store.append(session.streamId, [spawnRequested(session.sessionId)], {
    expectedRevision: 'no-stream',
    context: commandContext(),
  })
  if (!appended.ok) throw new Error(appended.error.message)
  return { ...session, ...appended.value }
}
const say = (sessionId: string, ...texts: string[]) =>
  texts.map((text) => messageRecorded(sessionId, randomUUID(), text))
const textsOf = (items: ReadItem[]) =>
  items.map((item) => {
    if (item.kind === 'quarantined') return item.reason.code
    const { event } = item
    return event.type === 'MessageRecorded' && event.data.content[0]?.type === 'text'
      ? event.data.content[0].text
      : event.type
  })
const all = (items: AsyncIterable<ReadItem>) => Array.fromAsync(items)

it('reads back what it appended, parsed, with its place in the log', async () => {
  const { streamId, sessionId, position } = await spawn()
  const context = commandContext({ causationId: 'cause' })
  const events = say(sessionId, 'one', 'two')
  const appended = await store.append(streamId, events, { expectedRevision: 0, context })
  const items = await all(store.readStream(streamId))
  const last = items.at(-1)
  if (last?.kind !== 'event') throw new Error('the last event does not parse')
  expect(appended).toEqual({ ok: true, value: { revision: 2, position: last.event.position, events } })
  expect(last.event).toMatchObject({
    ...events[1],
    streamId,
    revision: 2,
    metadata: { $causationId: 'cause', commandId: context.commandId, instanceId: 'instance', schemaVersion: 1 },
  })
  expect(BigInt(last.event.position)).toBeGreaterThan(BigInt(position))
})

it('reads forwards and backwards, from a revision, with a limit', async () => {
  const { streamId, sessionId } = await spawn()
  await store.append(streamId, say(sessionId, 'a', 'b', 'c'), { expectedRevision: 0, context: commandContext() })
  expect(textsOf(await all(store.readStream(streamId, { from: 2 })))).toEqual(['b', 'c'])
  expect(textsOf(await all(store.readStream(streamId, { direction: 'backwards', limit: 2 })))).toEqual(['c', 'b'])
  expect(textsOf(await all(store.readStream(streamId, { from: 2, direction: 'backwards' })))).toEqual([
    'b',
    'a',
    'AgentSpawnRequested',
  ])
  expect(await all(store.readStream('agentSession-missing'))).toEqual([])
})

it('refuses a wrong expected revision as a value and appends nothing', async () => {
  const { streamId, sessionId } = await spawn()
  const options = { expectedRevision: 5, context: commandContext() }
  expect(await store.append(streamId, say(sessionId, 'x'), options)).toMatchObject({
    ok: false,
    error: { code: 'CONCURRENT_UPDATE' },
  })
  expect(await all(store.readStream(streamId))).toHaveLength(1)
})

it('appends the same command once, however often it is sent', async () => {
  const { streamId, sessionId } = await spawn()
  const options = { expectedRevision: 0, context: commandContext() } as const
  const events = say(sessionId, 'once')
  const answers = [await store.append(streamId, events, options), await store.append(streamId, events, options)]
  expect(answers.map((answer) => answer.ok && answer.value.revision)).toEqual([1, 1])
  expect(await all(store.readStream(streamId))).toHaveLength(2)
})

it('puts in quarantine what does not parse, and reads on', async () => {
  const { streamId, sessionId } = await spawn()
  const foreign = EventStoreDBClient.connectionString(engine.url)
  await foreign.appendToStream(streamId, jsonEvent({ type: 'Unheard', data: {}, metadata: { any: 1 } }))
  await foreign.dispose()
  await store.append(streamId, say(sessionId, 'after'), { expectedRevision: 1, context: commandContext() })
  expect(textsOf(await all(store.readStream(streamId)))).toEqual(['AgentSpawnRequested', 'UNKNOWN_EVENT_TYPE', 'after'])
})

it('reads $all after and before a position, by stream prefix and type', async () => {
  const first = await spawn()
  const second = await spawn()
  await store.append(second.streamId, say(second.sessionId, 'x'), { expectedRevision: 0, context: commandContext() })
  const after = { after: first.position }
  expect(textsOf(await all(store.readAll(after)))).toEqual(['AgentSpawnRequested', 'x'])
  expect(textsOf(await all(store.readAll({ ...after, filter: { eventTypes: ['MessageRecorded'] } })))).toEqual(['x'])
  expect(await all(store.readAll({ ...after, filter: { streamPrefixes: [first.streamId] } }))).toEqual([])
  expect(textsOf(await all(store.readAll({ direction: 'backwards', before: second.position, limit: 1 })))).toEqual([
    'AgentSpawnRequested',
  ])
})

it('subscribes from a position: history, caught-up, then what comes, each once', async () => {
  const { position } = await spawn()
  const { streamId, sessionId } = await spawn()
  const stop = new AbortController()
  const seen: string[] = []
  for await (const item of store.subscribeAll({ after: position, signal: stop.signal })) {
    seen.push(item.kind === 'caught-up' ? 'caught-up' : (textsOf([item])[0] ?? ''))
    if (item.kind === 'caught-up') {
      await store.append(streamId, say(sessionId, 'l1', 'l2'), { expectedRevision: 0, context: commandContext() })
    }
    if (seen.at(-1) === 'l2') stop.abort()
  }
  expect(seen).toEqual(['AgentSpawnRequested', 'caught-up', 'l1', 'l2'])
})

it('says so when the store is away, and goes on where it was when it is back', async () => {
  const own = await startEventStore()
  const port = Number(new URL(own.url).port)
  const client = connectEventStore({ connectionString: own.url, instanceId: 'instance' })
  await client.ping()
  await own.close()
  const { sessionId, streamId } = newSession()
  const options = { expectedRevision: 'no-stream', context: commandContext() } as const
  await expect(client.append(streamId, [spawnRequested(sessionId)], options)).rejects.toThrow(StoreUnavailableError)
  await expect(client.ping(500)).rejects.toThrow(StoreUnavailableError)
  const again = await startEventStore({ port })
  expect(await client.append(streamId, [spawnRequested(sessionId)], options)).toMatchObject({ ok: true })
  await client.close()
  await again.close()
})
