import { randomUUID } from 'node:crypto'
import {
  everySessionEvent,
  type ProjectionDatabase,
  projectionDatabase,
  sampleSandbox,
  spawnRequested,
  testLog,
} from '@mosaic/kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findSession, findSessions, findSessionTree, sessionTreeProjection } from './index.ts'

let database: ProjectionDatabase
beforeAll(async () => void (database = await projectionDatabase(sessionTreeProjection)))
beforeEach(() => database.clear())
afterAll(() => database.close())

const sessionId = '0190d1c8-0000-7000-8000-000000000001'
const stream = `agentSession-${sessionId}`
const find = (id = sessionId, workspaceId = 'default') =>
  database.query(workspaceId, (transaction) => findSession(transaction, id))

test('every event leaves its trace in the session', async () => {
  const events = testLog().add(stream, everySessionEvent(sessionId))
  await database.apply(events)
  expect(await find()).toMatchObject({
    sessionId,
    name: 'worker',
    sandbox: sampleSandbox,
    branch: 'agent-one',
    headCommit: 'b'.repeat(40),
    commits: 1,
    status: 'failed',
    pending: null,
    waiting: null,
    killReceipt: [
      { step: 'requested' },
      { step: 'signalled' },
      { step: 'exit-observed' },
      { step: 'descendants-cleared' },
      { step: 'resources-released' },
    ],
    failure: { code: 'INTERNAL', message: 'It broke' },
    summary: 'All done',
    requestedAt: '2026-01-02T03:04:05.000Z',
    startedAt: events.find(({ type }) => type === 'AgentStarted')?.metadata.occurredAt,
    turns: 1,
    messages: 2,
    toolCalls: 1,
    usage: {
      inputTokens: 100,
      outputTokens: 20,
      cacheReadTokens: 3,
      cacheWriteTokens: 4,
      costUsd: 0.1,
      uncountedCalls: 1,
      unpricedCalls: 1,
    },
    lastMessage: { role: 'operator', preview: 'main, please' },
    revision: events.length - 1,
    position: events.at(-1)!.position,
  })
})

test('one event at a time gives what one batch gives, and so does everything delivered twice', async () => {
  const events = testLog().add(stream, everySessionEvent(sessionId))
  await database.apply(events)
  const atOnce = await find()
  await database.clear()
  await database.apply(...events.map((event) => [event]))
  expect(await find()).toEqual(atOnce)
  await database.apply(events, events.slice(3))
  expect(await find()).toEqual(atOnce)
})

test.each([
  ['AgentWaitingForOperator', { status: 'waiting', waiting: { questionId: 'q1', question: 'Which branch?' } }],
  ['OperatorMessageDelivered', { status: 'running', waiting: null }],
  ['AgentPauseRequested', { status: 'running', pending: 'pause' }],
  ['AgentPaused', { status: 'paused', pending: null }],
  ['AgentResumeRequested', { status: 'paused', pending: 'resume' }],
  ['AgentTerminateRequested', { status: 'running', pending: 'terminate' }],
  ['AgentKillRequested', { status: 'running', pending: 'kill' }],
  ['AgentKilled', { status: 'killed', pending: null }],
])('after %s', async (type, expected) => {
  const events = testLog().add(stream, everySessionEvent(sessionId))
  await database.apply(events.slice(0, events.findIndex((event) => event.type === type) + 1))
  expect(await find()).toMatchObject(expected)
})

test('a fact of a session that nobody asked for is refused', async () => {
  const [, spawned] = testLog().add(stream, everySessionEvent(sessionId))
  await expect(database.apply([spawned!])).rejects.toThrow('which nobody asked for')
})

test('sessions are found page by page, newest first, by what they are and what they are called', async () => {
  const log = testLog()
  const ids = Array.from({ length: 5 }, () => randomUUID())
  for (const [index, id] of ids.entries()) {
    const agentType = index % 2 === 0 ? 'worker' : 'tester'
    log.add(`agentSession-${id}`, [spawnRequested(id, { name: `agent_${index}`, task: '100% of it', agentType })])
  }
  await database.apply(log.all)
  const page = (filter: object) => database.query('default', (trx) => findSessions(trx, { limit: 2, ...filter }))
  const first = await page({})
  expect(first.items.map((session) => session.sessionId)).toEqual([ids[4], ids[3]])
  const second = await page({ cursor: first.nextCursor })
  const third = await page({ cursor: second.nextCursor })
  expect([...second.items, ...third.items].map((session) => session.sessionId)).toEqual([ids[2], ids[1], ids[0]])
  expect(third.nextCursor).toBeNull()
  expect((await page({ agentType: 'tester' })).items).toHaveLength(2)
  expect((await page({ status: 'running' })).items).toHaveLength(0)
  expect((await page({ q: 'AGENT_3' })).items.map((session) => session.sessionId)).toEqual([ids[3]])
  expect((await page({ q: '100% o' })).items).toHaveLength(2)
  expect((await page({ q: 'agent%3' })).items).toHaveLength(0)
})

test('the tree has children under those who spawned them', async () => {
  const log = testLog()
  const [root, child, grandchild, other] = Array.from({ length: 4 }, () => randomUUID()) as [
    string,
    string,
    string,
    string,
  ]
  const missionId = randomUUID()
  log.add(`agentSession-${root}`, [spawnRequested(root, { missionId })])
  log.add(`agentSession-${child}`, [spawnRequested(child, { missionId, parentSessionId: root })])
  log.add(`agentSession-${grandchild}`, [spawnRequested(grandchild, { missionId, parentSessionId: child })])
  log.add(`agentSession-${other}`, [spawnRequested(other)])
  await database.apply(log.all)
  const tree = (filter: object) => database.query('default', (trx) => findSessionTree(trx, filter))
  const all = await tree({})
  expect(all.roots.map((session) => session.sessionId)).toEqual([other, root])
  expect(all.roots[1]!.children[0]!.children[0]!.sessionId).toBe(grandchild)
  expect((await tree({ missionId })).roots.map((session) => session.sessionId)).toEqual([root])
})

test('a session whose parent the model does not hold stands at the top of the tree', async () => {
  const parentSessionId = '0190d1c8-0000-7000-8000-00000000000f'
  await database.apply(testLog().add(stream, [spawnRequested(sessionId, { parentSessionId })]))
  const { roots } = await database.query('default', (trx) => findSessionTree(trx))
  expect(roots.map((session) => session.sessionId)).toEqual([sessionId])
})

test('another workspace sees nothing', async () => {
  await database.apply(testLog().add(stream, everySessionEvent(sessionId)))
  expect(await find(sessionId, 'elsewhere')).toBeUndefined()
  expect((await database.query('elsewhere', (trx) => findSessions(trx, { limit: 10 }))).items).toEqual([])
  expect((await database.query('elsewhere', (trx) => findSessionTree(trx))).roots).toEqual([])
})

test('an agent that was terminated could not be told from one that had finished', async () => {
  const log = testLog()
  const ids = [randomUUID(), randomUUID()]
  for (const [index, outcome] of (['finished', 'terminated'] as const).entries()) {
    const id = ids[index]!
    const completed = { type: 'AgentCompleted', data: { sessionId: id, outcome, summary: 'Done.' } } as const
    log.add(`agentSession-${id}`, [spawnRequested(id), completed])
  }
  await database.apply(log.all)
  const found = async (outcome: 'finished' | 'terminated') => {
    const { items } = await database.query('default', (trx) => findSessions(trx, { limit: 9, outcome }))
    return items.map((item) => [item.sessionId, item.status, item.outcome])
  }
  expect(await found('terminated')).toEqual([[ids[1], 'completed', 'terminated']])
  expect(await found('finished')).toEqual([[ids[0], 'completed', 'finished']])
})
