import { randomUUID } from 'node:crypto'
import { isHandled } from '@mosaic/contracts/kernel'
import { everySessionEvent, type ProjectionDatabase, projectionDatabase, spawnRequested, testLog } from '@mosaic/kit'
import { numbersView } from '@mosaic/views'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { dashboardProjection, readDashboard } from './index.ts'

let database: ProjectionDatabase
beforeAll(async () => void (database = await projectionDatabase(dashboardProjection)))
beforeEach(() => database.clear())
afterAll(() => database.close())

const sessionId = '0190d1c8-0000-7000-8000-000000000001'
const stream = `agentSession-${sessionId}`
const read = (workspaceId = 'default') => database.query(workspaceId, readDashboard)
const nothing = { count: 0, p50: null, p99: null, max: null }

test('without a session every number is zero', async () => {
  expect(await read()).toEqual({
    sessions: { spawning: 0, running: 0, waiting: 0, paused: 0, completed: 0, failed: 0, killed: 0 },
    total: 0,
    live: 0,
    needsInput: 0,
    needsAttention: 0,
    queued: 0,
    usage: {
      inputTokens: 0,
      outputTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      costUsd: 0,
      uncountedCalls: 0,
      unpricedCalls: 0,
    },
    commits: 0,
    spawnLatencyMs: nothing,
    killLatencyMs: nothing,
    position: '0',
    updatedAt: null,
  })
})

test('every event moves its number', async () => {
  const events = testLog().add(stream, everySessionEvent(sessionId))
  await database.apply(events)
  const timeOf = (type: string) => Date.parse(events.find((event) => event.type === type)?.metadata.occurredAt ?? '')
  const one = (ms: number) => ({ count: 1, p50: ms, p99: ms, max: ms })
  expect(await read()).toMatchObject({
    sessions: { failed: 1, killed: 0 },
    total: 1,
    live: 0,
    needsInput: 0,
    usage: {
      inputTokens: 100,
      outputTokens: 20,
      cacheReadTokens: 3,
      cacheWriteTokens: 4,
      costUsd: 0.1,
      uncountedCalls: 1,
      unpricedCalls: 1,
    },
    commits: 1,
    spawnLatencyMs: one(timeOf('AgentStarted') - timeOf('AgentSpawnRequested')),
    killLatencyMs: one(250),
    updatedAt: events.findLast((event) => isHandled(numbersView, event))?.metadata.occurredAt,
  })
})

test('who waits for a turn is live and queued, until it is claimed or has ended', async () => {
  const log = testLog()
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()]
  for (const id of [first, second, third]) {
    const queued = { type: 'AgentQueued', data: { sessionId: id, live: 2, most: 2 } } as const
    log.add(`agentSession-${id}`, [spawnRequested(id), queued])
  }
  await database.apply(log.all)
  expect(await read()).toMatchObject({ live: 3, queued: 3 })
  const claimed = { type: 'SessionClaimed', data: { sessionId: first, ownerId: randomUUID(), epoch: 1 } } as const
  const killed = { type: 'AgentKilled', data: { sessionId: second, latencyMs: 1, proof: 'kernel' } } as const
  await database.apply([...log.add(`agentSession-${first}`, [claimed]), ...log.add(`agentSession-${second}`, [killed])])
  expect(await read()).toMatchObject({ live: 2, queued: 1 })
})

test('who is taken to be stuck needs attention, until it gets on or has ended', async () => {
  const log = testLog()
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()]
  const since = '2026-11-28T10:00:00.000Z'
  for (const id of [first, second, third]) {
    const found = { reason: 'SAME_CALL', message: 'again', since, response: 'flag' } as const
    log.add(`agentSession-${id}`, [spawnRequested(id), { type: 'AgentFoundStuck', data: { sessionId: id, ...found } }])
  }
  await database.apply(log.all)
  expect(await read()).toMatchObject({ live: 3, needsAttention: 3 })
  const gotOn = { type: 'AgentGotOn', data: { sessionId: first } } as const
  const killed = { type: 'AgentKilled', data: { sessionId: second, latencyMs: 1, proof: 'kernel' } } as const
  await database.apply([...log.add(`agentSession-${first}`, [gotOn]), ...log.add(`agentSession-${second}`, [killed])])
  expect(await read()).toMatchObject({ live: 2, needsAttention: 1 })
})

test('one event at a time gives what one batch gives, and so does everything delivered twice', async () => {
  const events = testLog().add(stream, everySessionEvent(sessionId))
  await database.apply(events)
  const atOnce = await read()
  await database.clear()
  await database.apply(...events.map((event) => [event]))
  expect(await read()).toEqual(atOnce)
  await database.apply(events)
  expect(await read()).toEqual(atOnce)
})

test('sessions that wait for a person are counted as such, and percentiles are of values that occurred', async () => {
  const log = testLog()
  for (let session = 0; session < 10; session++) {
    const id = randomUUID()
    const whole = everySessionEvent(id)
    const asks = whole.findIndex(({ type }) => type === 'AgentWaitingForOperator')
    const life = whole.slice(0, session === 0 ? asks + 1 : 1)
    log.add(`agentSession-${id}`, life)
    log.add(`agentSession-${id}`, [
      { type: 'AgentKilled', data: { sessionId: id, latencyMs: session * 10, proof: 'kernel' } },
    ])
    if (session === 0) log.add(`agentSession-${id}`, whole.slice(asks, asks + 1))
  }
  await database.apply(log.all)
  expect(await read()).toMatchObject({
    sessions: { waiting: 1, killed: 9 },
    live: 1,
    needsInput: 1,
    killLatencyMs: { count: 10, p50: 40, p99: 90, max: 90 },
  })
})

test('another workspace has its own numbers', async () => {
  const log = testLog()
  log.add(stream, everySessionEvent(sessionId))
  const other = randomUUID()
  log.add(`agentSession-${other}`, [spawnRequested(other)], { workspaceId: 'elsewhere' })
  await database.apply(log.all)
  expect(await read('elsewhere')).toMatchObject({ total: 1, live: 1, commits: 0 })
  expect(await read('nowhere')).toMatchObject({ total: 0 })
})
