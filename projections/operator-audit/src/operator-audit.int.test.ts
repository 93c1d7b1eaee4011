import type { BudgetLimits } from '@mosaic/contracts/budget'
import { auditEntry } from '@mosaic/contracts/operator'
import { everySessionEvent, type ProjectionDatabase, projectionDatabase, spawnRequested, testLog } from '@mosaic/kit'
import { connectPostgres } from '@mosaic/postgres'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findAudit, operatorAuditProjection } from './index.ts'

let database: ProjectionDatabase
beforeAll(async () => void (database = await projectionDatabase(operatorAuditProjection)))
beforeEach(() => database.clear())
afterAll(() => database.close())

const sessionId = '0190d1c8-0000-7000-8000-000000000001'
const stream = `agentSession-${sessionId}`
const agent = { kind: 'agent', id: sessionId } as const
const read = (filter: object = {}, workspaceId = 'default') =>
  database.query(workspaceId, (transaction) => findAudit(transaction, { limit: 100, ...filter }))

test('every event whose actor is an operator is an entry, newest first', async () => {
  const log = testLog()
  log.add(stream, everySessionEvent(sessionId))
  const killAllId = '0190d1c8-0000-7000-8000-0000000000b1'
  log.add('fleet-default', [
    { type: 'KillAllRequested', data: { killAllId, scope: { kind: 'all' }, reason: 'fire', sessionIds: [sessionId] } },
  ])
  log.add('operator-local', [
    { type: 'OperatorSignedIn', data: { operatorId: 'local', method: 'link', role: 'admin' } },
  ])
  await database.apply(log.all)
  const { items } = await read()
  expect(items.map((entry) => entry.action)).toEqual(
    log.all.flatMap(({ type }) => (['SessionClaimed', 'AgentQueued'].includes(type) ? [] : [type])).toReversed(),
  )
  expect(items.at(-1)).toEqual(
    auditEntry.parse({
      eventId: log.all[0]!.id,
      position: '100',
      occurredAt: '2026-01-02T03:04:05.000Z',
      operatorId: 'local',
      operatorName: 'Ada',
      action: 'AgentSpawnRequested',
      streamId: stream,
      revision: 0,
      sessionId,
      sessionName: 'worker',
      preview: 'make the failing test pass',
    }),
  )
  const preview = (action: string) => items.find((entry) => entry.action === action)?.preview
  expect(preview('OperatorMessageInjected')).toBe('main, please')
  expect(preview('KillAllRequested')).toBe('all: 1 session, fire')
  expect(items.find((entry) => entry.action === 'KillAllRequested')).toMatchObject({ sessionId: null })
})

test("a spawn is one action: the claim or the wait that comes with it is not the operator's", async () => {
  const claimed = { sessionId, ownerId: '0190d1c8-0000-7000-8000-0000000000e1', epoch: 1 }
  const queued = { type: 'AgentQueued', data: { sessionId, live: 2, most: 2 } } as const
  const log = testLog()
  log.add(stream, [spawnRequested(sessionId), queued, { type: 'SessionClaimed', data: claimed }])
  await database.apply(log.all)
  expect((await read()).items.map(({ action }) => action)).toEqual(['AgentSpawnRequested'])
})

test('a change that passed unseen is an entry each time, whoever wrote it down', async () => {
  const change = { sessionId, taskId: sessionId, stage: 'pre-commit', commit: 'c1', tree: 't1' } as const
  const ada = { kind: 'operator', id: 'ada', name: 'Ada' } as const
  const system = { actor: { kind: 'system', id: 'orchestrator' } } as const
  const batch = {
    queueId: sessionId,
    batchId: sessionId,
    into: 'main',
    commit: 'c2',
    tree: 't2',
    sessionIds: [sessionId],
  }
  const log = testLog()
  log.add(stream, [spawnRequested(sessionId)], { actor: agent })
  log.add(stream, [{ type: 'QualityGatesSkipped', data: { ...change, by: 'session', saidBy: ada } }], system)
  log.add(stream, [{ type: 'QualityGatesSkipped', data: { ...change, by: 'instance', saidBy: null } }], system)
  log.add(`mergeQueue-${sessionId}`, [{ type: 'LandingGatesSkipped', data: { ...batch, by: 'sessions' } }], system)
  await database.apply(log.all)
  const { items } = await read()
  expect(
    items
      .toReversed()
      .map(({ action, operatorName, sessionName, preview }) => [action, operatorName, sessionName, preview]),
  ).toEqual([
    ['QualityGatesSkipped', 'Ada', 'worker', `pre-commit of c1: said of this agent, task ${sessionId}`],
    [
      'QualityGatesSkipped',
      'orchestrator',
      'worker',
      `pre-commit of c1: YOLO_MODE of the environment, task ${sessionId}`,
    ],
    ['LandingGatesSkipped', 'orchestrator', null, 'main, c2: said of all agents whose work it is'],
  ])
  expect((await read({ operatorId: 'ada' })).items).toHaveLength(1)
})

test('a raise of a budget read as if it had been set', async () => {
  const scope = { kind: 'mission', id: sessionId } as const
  const at = '2026-01-02T03:04:05.000Z'
  const set = (usd: number, tokens: number | null, raisedFrom: BudgetLimits | null) => ({
    type: 'BudgetSet' as const,
    data: { scope, limits: { usd, tokens, wallSeconds: null }, raisedFrom, policy: 'ask' as const, at },
  })
  const log = testLog()
  log.add(`budget-mission-${sessionId}`, [
    set(1, 500, null),
    set(2, 500, { usd: 1, tokens: 500, wallSeconds: null }),
    set(2.000001, 900, { usd: 2, tokens: 500, wallSeconds: null }),
  ])
  await database.apply(log.all)
  const { items } = await read()
  expect(items.map(({ operatorName, preview }) => [operatorName, preview])).toEqual([
    ['Ada', `mission ${sessionId}: raised from $2.00, 500 tokens to $2.000001, 900 tokens`],
    ['Ada', `mission ${sessionId}: raised from $1.00 to $2.00`],
    ['Ada', `mission ${sessionId}: $1.00, 500 tokens`],
  ])
})

test('what agents do is no entry, but their sessions have names', async () => {
  const log = testLog()
  const life = everySessionEvent(sessionId)
  log.add(stream, life.slice(0, 8), { actor: agent })
  await database.apply(log.all)
  expect((await read()).items).toEqual([])
  await database.apply(log.add(stream, [{ type: 'AgentPauseRequested', data: { sessionId, reason: null } }]))
  expect((await read()).items).toMatchObject([{ action: 'AgentPauseRequested', sessionName: 'worker', preview: '' }])
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

test('entries are found by operator, action and session, page by page', async () => {
  const log = testLog()
  log.add(stream, [spawnRequested(sessionId)])
  log.add(stream, [{ type: 'AgentPauseRequested', data: { sessionId, reason: null } }], {
    actor: { kind: 'operator', id: 'grace', name: 'Grace' },
  })
  log.add('operator-local', [{ type: 'OperatorSignedOut', data: { operatorId: 'local' } }])
  await database.apply(log.all)
  const actions = async (filter: object) => (await read(filter)).items.map((entry) => entry.action)
  expect(await actions({ operatorId: 'grace' })).toEqual(['AgentPauseRequested'])
  expect(await actions({ action: 'OperatorSignedOut' })).toEqual(['OperatorSignedOut'])
  expect(await actions({ sessionId })).toEqual(['AgentPauseRequested', 'AgentSpawnRequested'])
  const { items } = await read()
  const [last, , oldest] = items.map(({ occurredAt }) => occurredAt)
  expect(await actions({ since: last })).toEqual(['OperatorSignedOut'])
  expect(await actions({ since: oldest, until: last })).toEqual(['AgentPauseRequested', 'AgentSpawnRequested'])
  const first = await read({ limit: 2 })
  expect(first.nextCursor).toBe('200')
  expect(await actions({ cursor: first.nextCursor })).toEqual(['AgentSpawnRequested'])
})

test.each([
  'update operator_audit.entries set operator_name = $$nobody$$',
  'delete from operator_audit.entries',
  'truncate operator_audit.entries',
  'update operator_audit.sessions set name = $$other$$',
  'delete from operator_audit.sessions where false',
])('%s is refused, whoever asks', async (statement) => {
  await database.apply(testLog().add(stream, everySessionEvent(sessionId)))
  const before = await read()
  const asOwner = sql.raw(statement).execute(database.db)
  await expect(asOwner).rejects.toThrow(/refused|denied/)
  for (const role of ['mosaic_projector', 'mosaic_reader']) {
    const asRole = database.db.transaction().execute(async (transaction) => {
      await sql`set local role ${sql.id(role)}`.execute(transaction)
      await sql.raw(statement).execute(transaction)
    })
    await expect(asRole).rejects.toThrow(/refused|denied/)
  }
  const asReplica = database.db.transaction().execute(async (transaction) => {
    await sql`set local session_replication_role = replica`.execute(transaction)
    await sql.raw(statement).execute(transaction)
  })
  await expect(asReplica).rejects.toThrow(/refused|denied/)
  expect(await read()).toEqual(before)
})

test('another workspace sees nothing, and a query without a workspace neither', async () => {
  await database.apply(testLog().add(stream, everySessionEvent(sessionId)))
  expect((await read({}, 'elsewhere')).items).toEqual([])
  const reader = connectPostgres({ url: database.url, applicationName: 'spec', access: 'reader' })
  try {
    expect((await sql`select * from operator_audit.entries`.execute(reader.db)).rows).toEqual([])
    const insert = sql`insert into operator_audit.sessions values (${sessionId}, 'default', 'x')`.execute(reader.db)
    await expect(insert).rejects.toThrow(/read-only|denied/)
  } finally {
    await reader.close()
  }
})
