import { budgetIdOf, type BudgetScope, budgetStream, microUsdOf, type SetBudget } from '@mosaic/contracts/budget'
import { newId } from '@mosaic/contracts/kernel'
import { missionStream } from '@mosaic/contracts/mission'
import type { LogEvent } from '@mosaic/event-store'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, Harness, type Json } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario } from '../../test/scenario.ts'
import { Orchestrator } from '../../test/two-orchestrators.ts'

let harness: Harness
let coordinator: Client
let client: Client
let repository: string

/** A cent for an answer's token; a question costs next to nothing, but its bytes are many more than its tokens. */
const prices = JSON.stringify([{ prefix: 'scripted:', price: { input: 10, output: 10_000 } }])
const settings = {
  MOSAIC_MODEL_FACTS: prices,
  MOSAIC_MODEL_MAX_TOKENS: '100',
  MOSAIC_LIMIT_INSTANCE: '40',
  // A coordinator that is slow is there all the same.
  MOSAIC_MODEL_UNREACHABLE_SECONDS: '120',
}

beforeAll(async () => {
  harness = await Harness.start()
  coordinator = new Client(harness.coordinator.url, async () => {})
  client = await harness.orchestrator(settings)
  repository = makeRepository()
})
afterAll(() => harness.close())

const counted = { inputTokens: 500, outputTokens: 90, cacheReadTokens: 0, cacheCreationTokens: 0 }
const callUsd = 0.905
const say = { say: 'I look.', call: { tool: 'list_files', input: {} }, usage: counted }
const twoCalls = scenario([say, { ...finish(), usage: counted }])
const spawn = (body: Json = {}, by = client) => by.spawn({ repository, task: 'Look.', model: twoCalls, ...body })

const command = async ({ kind, id }: BudgetScope, verb: string, body: Partial<SetBudget>) =>
  coordinator.post(`/api/budgets/${kind}/${id}/${verb}`, body)

/** A mission is known once something of it is in the log. */
async function begin(missionId: string): Promise<void> {
  const created = {
    missionId,
    title: 'Look',
    objective: 'Look.',
    acceptance: [],
    tasks: [],
    budget: null,
    approvals: null,
  }
  const context = {
    commandId: newId(),
    workspaceId: 'default',
    actor: { kind: 'system', id: 'test' },
    occurredAt: new Date(),
    correlationId: missionId,
  } as const
  const expectedRevision = 'no-stream' as const
  await harness.store.append(missionStream.of(missionId), [{ type: 'MissionCreated', data: created }], {
    expectedRevision,
    context,
  })
}

async function factsOf(scope: BudgetScope): Promise<LogEvent[]> {
  const facts: LogEvent[] = []
  for await (const item of harness.store.readStream(budgetStream.of(budgetIdOf(scope)))) {
    if (item.kind === 'event') facts.push(item.event)
  }
  return facts
}

/** After each fact what is spent and what is kept, in millionths of a dollar; and what the calls have cost by their own logs. */
async function ledgerOf(scope: BudgetScope) {
  const kept = new Map<string, number>()
  let spent = 0
  let highest = 0
  for (const { type, data } of await factsOf(scope)) {
    if (type === 'BudgetReserved') kept.set(data.callId, data.most.microUsd ?? NaN)
    if (type === 'BudgetSettled') {
      kept.delete(data.callId)
      spent += data.spent.microUsd ?? NaN
    }
    highest = Math.max(highest, spent + [...kept.values()].reduce((sum, most) => sum + most, 0))
  }
  return { spent, highest, open: kept.size }
}

async function costOf(sessionIds: readonly string[]): Promise<number> {
  const logs = await Promise.all(sessionIds.map((id) => harness.events(id)))
  const usages = logs
    .flat()
    .flatMap((event) => (event.type === 'MessageRecorded' ? [event.data.usage?.costUsd ?? 0] : []))
  return usages.reduce((sum, cost) => sum + microUsdOf(cost), 0)
}

test('where there is no budget a call costs no append, and nobody is asked', async () => {
  const sessionId = await spawn()
  await harness.reached(sessionId, 'AgentCompleted')
  const types = new Set<string>()
  for await (const item of harness.store.readAll({})) if (item.kind === 'event') types.add(item.event.type)
  expect([...types].filter((type) => type.startsWith('Budget'))).toEqual([])
})

test('twenty agents at once under one budget, on two orchestrators, spend not a cent more than it, and go on by themselves once it is raised', async () => {
  const missionId = newId()
  const scope = { kind: 'mission', id: missionId } as const
  const other = await harness.orchestrator({ ...settings, MOSAIC_DATA_DIR: `${harness.data}/other` })
  await begin(missionId)
  const usd = 20
  expect((await command(scope, 'set', { usd })).status).toBe(202)
  const ids = await Promise.all(
    Array.from({ length: 20 }, (_, index) => spawn({ missionId }, index % 2 === 0 ? client : other)),
  )
  await eventually('the budget is used up', async () =>
    (await factsOf(scope)).some(({ type }) => type === 'BudgetExhausted'),
  )
  // Nobody is at a call any more, and what has been spent is known.
  await eventually('all is settled', async () => (await ledgerOf(scope)).open === 0)
  const before = await ledgerOf(scope)
  expect(before.highest).toBeLessThanOrEqual(usd * 1_000_000)
  expect(before.spent).toBeLessThanOrEqual(usd * 1_000_000)
  expect((await factsOf(scope)).map(({ type }) => type)).toContain('BudgetWarned')

  expect((await command(scope, 'raise', { usd: 200 })).status).toBe(202)
  await Promise.all(ids.map((id) => harness.reached(id, 'AgentCompleted', undefined, 240_000)))
  await eventually('all is settled again', async () => (await ledgerOf(scope)).open === 0)
  const after = await ledgerOf(scope)
  expect(after.spent, 'as the sessions themselves have it').toBe(await costOf(ids))
  expect(after.spent).toBe(Math.round(40 * callUsd * 1_000_000))
  const waits = (await Promise.all(ids.map((id) => harness.events(id)))).flat()
  expect(waits.some((event) => event.type === 'ModelCallDeferred' && event.data.reason === 'BUDGET_EXHAUSTED')).toBe(
    true,
  )
  await other.close()
}, 360_000)

const missionOf = async (limits: Partial<SetBudget>) => {
  const missionId = newId()
  await begin(missionId)
  const scope = { kind: 'mission', id: missionId } as const
  expect((await command(scope, 'set', limits)).status).toBe(202)
  return scope
}

test('an agent that may not ask ends, where the policy is to stop', async () => {
  const scope = await missionOf({ usd: 0.5, policy: 'stop' })
  const sessionId = await spawn({ missionId: scope.id })
  const { data } = await harness.reached(sessionId, 'AgentFailed')
  expect([data.code, data.message]).toEqual(['BUDGET_EXHAUSTED', expect.stringMatching(/\$0.00 of \$0.50 spent/)])
})

test('a call that is under way when the time is up is broken off, and costs what was kept for it', async () => {
  const scope = await missionOf({ wallSeconds: 60, policy: 'stop' })
  const slow = scenario([{ ...say, speed: { firstTokenMs: 3_600_000 } }])
  const sessionId = await spawn({ missionId: scope.id, model: slow })
  await eventually(
    'a call is under way',
    async () => (await factsOf(scope)).some(({ type }) => type === 'BudgetReserved'),
    60_000,
  )
  const { data } = await harness.reached(sessionId, 'AgentFailed', undefined, 120_000)
  expect([data.code, data.message]).toEqual(['BUDGET_EXHAUSTED', expect.stringMatching(/of 60 s spent/)])
  const waits = (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'ModelCallDeferred' ? [event.data.reason] : [],
  )
  expect(waits).toEqual(['BUDGET_CUT'])
  await eventually('it is settled', async () => (await factsOf(scope)).some(({ type }) => type === 'BudgetSettled'))
  const settled = (await factsOf(scope)).flatMap((event) => (event.type === 'BudgetSettled' ? [event.data.basis] : []))
  expect(settled).toEqual(['most'])
}, 180_000)

test('a policy that a spawn names holds for its budget', async () => {
  const sessionId = await spawn({ budget: { usd: 0.5, policy: 'stop' } })
  expect((await harness.reached(sessionId, 'AgentFailed')).data.code).toBe('BUDGET_EXHAUSTED')
})

test('while nobody can decide about a budget its agents wait, for a time, and are never waved through', async () => {
  const scope = await missionOf({ tokens: 1_000_000 })
  const folder = { MOSAIC_DATA_DIR: `${harness.data}/alone`, MOSAIC_COORDINATOR_URL: 'http://127.0.0.1:9' }
  const alone = await harness.orchestrator({ ...settings, ...folder, MOSAIC_MODEL_UNREACHABLE_SECONDS: '2' })
  const sessionId = await spawn({ missionId: scope.id }, alone)
  const { data } = await harness.reached(sessionId, 'ModelCallDeferred')
  expect(data).toMatchObject({ reason: 'BUDGET_UNDECIDED', message: expect.stringMatching(/cannot be reached/) })
  await harness.reached(sessionId, 'AgentFailed', ({ code }) => code === 'BUDGET_UNDECIDED')
  expect(
    (await harness.events(sessionId)).filter(
      (event) => event.type === 'MessageRecorded' && event.data.role === 'agent',
    ),
  ).toEqual([])
  await alone.close()
})

test('a call whose orchestrator dies has cost what was kept for it, once another takes the session over', async () => {
  const scope = await missionOf({ tokens: 10_000_000 })
  const doomed = await Orchestrator.start(harness)
  const slow = scenario([{ ...say, speed: { firstTokenMs: 2_400_000 } }])
  const sessionId = await spawn({ missionId: scope.id, model: slow }, doomed.client)
  await eventually('a call is under way', async () =>
    (await factsOf(scope)).some(({ type }) => type === 'BudgetReserved'),
  )
  await doomed.service.stop('SIGKILL')
  const taken = await harness.reached(sessionId, 'SessionClaimed', ({ epoch }) => epoch === 2, 60_000)
  const settled = await eventually('it is settled', async () =>
    (await factsOf(scope)).find(({ type }) => type === 'BudgetSettled'),
  )
  expect(BigInt(settled.position), 'until then it is kept').toBeGreaterThan(BigInt(taken.position))
  const [, reserved] = await factsOf(scope)
  if (reserved?.type !== 'BudgetReserved') throw new Error('nothing was kept')
  const { most, ...call } = reserved.data
  expect(settled.data).toEqual({ ...call, basis: 'most', spent: most })
  await client.post(`/agents/${sessionId}/kill`)
  await harness.reached(sessionId, 'AgentKilled')
}, 120_000)

test('an agent that was continued had its budget anew, as often as it was continued', async () => {
  const sessionId = await spawn({ model: twoCalls, budget: { usd: 2 } })
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const answer = await client.post(`/agents/${sessionId}/continue`, { text: 'Go on.' })
  expect(answer.status).toBe(202)
  const next = String(answer.body['sessionId'])
  const { data } = await harness.reached(next, 'ModelCallDeferred')
  expect(data).toMatchObject({ reason: 'BUDGET_EXHAUSTED', message: expect.stringContaining(sessionId) })
  const raised = await command({ kind: 'session', id: sessionId }, 'raise', { usd: 2 })
  expect(raised.status).toBe(202)
  await harness.reached(next, 'AgentCompleted')
})
