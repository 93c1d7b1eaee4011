import { chmodSync, cpSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import { type BudgetScope, budgetIdOf, budgetStream, microUsdOf, type SetBudget } from '@mosaic/contracts/budget'
import { newId } from '@mosaic/contracts/kernel'
import { missionStream } from '@mosaic/contracts/mission'
import type { LogEvent } from '@mosaic/event-store'
import { eventually, serviceToken } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, Harness } from '../../../../test/harness.ts'
import { scenario, type Step } from '../../../../test/scenario.ts'
import { TestRepository } from '../../../../test/user-repository.ts'

let harness: Harness
let coordinator: Client
let client: Client

const folder = mkdtempSync(join(tmpdir(), 'mosaic-agents-'))
// Run by root, sandboxes are another user's.
chmodSync(folder, 0o755)
mkdirSync(join(folder, 'bin'))
cpSync(fileURLToPath(new URL('../../../../test/acp-agent.mjs', import.meta.url)), join(folder, 'agent.mjs'))

const player = {
  name: 'player',
  title: 'The player',
  folder,
  command: 'node "$MOSAIC_AGENT_FOLDER/agent.mjs"',
  environment: { MODEL_URL: '{url}' },
}
/** A cent for an answer's token; a question costs next to nothing. */
const settings = {
  MOSAIC_SANDBOX: 'bubblewrap',
  MOSAIC_LIMIT_INSTANCE: '40',
  MOSAIC_MODEL_UNREACHABLE_SECONDS: '120',
  MOSAIC_MODEL_PATIENCE_SECONDS: '600',
  MOSAIC_MODEL_FACTS: JSON.stringify([{ prefix: 'scripted:', price: { input: 10, output: 10_000 } }]),
  MOSAIC_AGENT_PRESETS: JSON.stringify([player]),
}

beforeAll(async () => {
  harness = await Harness.start()
  coordinator = new Client(harness.coordinator.url, async () => {})
  client = await harness.orchestrator(settings)
})
afterAll(() => harness.close())

const usage = { inputTokens: 500, outputTokens: 90, cacheReadTokens: 0, cacheCreationTokens: 0 }
const says = (text: string, more: Step = {}): Step => ({ say: text, usage, ...more })
type Acts = readonly Readonly<Record<string, unknown>>[]

const spawn = (repository: TestRepository, model: string, acts: Acts, over: object = {}) =>
  client.spawn({
    runtime: 'acp',
    agent: 'player',
    repository: repository.path,
    task: `PLAY ${JSON.stringify(acts)}`,
    model,
    ...over,
  })

const relayedIn = (events: readonly AgentSessionEvent[]) =>
  events.flatMap((event) => (event.type === 'ModelCallRelayed' ? [event.data] : []))
const waitsIn = (events: readonly AgentSessionEvent[]) =>
  events.flatMap((event) => (event.type === 'ModelCallDeferred' ? [event.data.reason] : []))
const saidIn = (events: readonly AgentSessionEvent[]) =>
  events.flatMap(({ type, data }) =>
    type === 'MessageRecorded' && data.role === 'agent'
      ? data.content.flatMap((block) => (block.type === 'text' ? [block.text] : []))
      : [],
  )

const command = ({ kind, id }: BudgetScope, verb: string, body: Partial<SetBudget>) =>
  coordinator.post(`/api/budgets/${kind}/${id}/${verb}`, body)

async function missionOf(limits: Partial<SetBudget>): Promise<BudgetScope> {
  const missionId = newId()
  const created = {
    missionId,
    title: 'Look',
    objective: 'Look.',
    acceptance: [],
    tasks: [],
    budget: null,
    approvals: null,
  }
  await harness.store.append(missionStream.of(missionId), [{ type: 'MissionCreated', data: created }], {
    expectedRevision: 'no-stream',
    context: {
      commandId: newId(),
      workspaceId: 'default',
      actor: { kind: 'system', id: 'test' },
      occurredAt: new Date(),
      correlationId: missionId,
    },
  })
  const scope = { kind: 'mission', id: missionId } as const
  expect((await command(scope, 'set', limits)).status).toBe(202)
  return scope
}

async function factsOf(scope: BudgetScope): Promise<LogEvent[]> {
  const facts: LogEvent[] = []
  for await (const item of harness.store.readStream(budgetStream.of(budgetIdOf(scope)))) {
    if (item.kind === 'event') facts.push(item.event)
  }
  return facts
}

/** After each fact what is spent and what is kept, in millionths of a dollar. */
async function ledgerOf(scope: BudgetScope) {
  const kept = new Map<string, number>()
  let [spent, highest, sideBySide] = [0, 0, 0]
  const bases: string[] = []
  for (const { type, data } of await factsOf(scope)) {
    if (type === 'BudgetReserved') kept.set(data.callId, data.most.microUsd ?? NaN)
    if (type === 'BudgetSettled') {
      kept.delete(data.callId)
      spent += data.spent.microUsd ?? NaN
      bases.push(data.basis)
    }
    sideBySide = Math.max(sideBySide, kept.size)
    highest = Math.max(highest, spent + [...kept.values()].reduce((sum, most) => sum + most, 0))
  }
  return { spent, highest, sideBySide, bases, open: kept.size }
}

const settled = (scope: BudgetScope) =>
  eventually('all is settled', async () => {
    const ledger = await ledgerOf(scope)
    return ledger.open === 0 && ledger
  })

test('twenty agents of another maker at once under one budget spend not a cent more than it, and go on once it is raised', async () => {
  using repository = new TestRepository()
  const limit = 8
  const scope = await missionOf({ usd: limit })
  const model = scenario(Array.from({ length: 200 }, (_, n) => says(`Answer ${n}.`)))
  const acts = [{ talk: { model, texts: ['One.', 'Two.'], sides: 2 } }]
  const ids = await Promise.all(
    Array.from({ length: 20 }, () => spawn(repository, model, acts, { missionId: scope.id })),
  )
  await eventually(
    'the budget is used up',
    async () => (await factsOf(scope)).some(({ type }) => type === 'BudgetExhausted'),
    240_000,
  )
  const before = await settled(scope)
  expect(before.highest).toBeLessThanOrEqual(limit * 1_000_000)
  expect(before.sideBySide).toBeGreaterThan(1)
  expect((await command(scope, 'raise', { usd: 500 })).status).toBe(202)
  await Promise.all(ids.map((id) => harness.reached(id, 'AgentCompleted', undefined, 240_000)))
  const after = await settled(scope)
  const logs = await Promise.all(ids.map((id) => harness.events(id)))
  const costs = logs.flatMap((events) =>
    relayedIn(events).map(({ usage: counted }) => microUsdOf(counted?.costUsd ?? 0)),
  )
  expect(after.spent, 'as the sessions themselves have it').toBe(costs.reduce((sum, cost) => sum + cost, 0))
  expect(after.bases).not.toContain('most')
  expect(logs.some((events) => waitsIn(events).includes('BUDGET_EXHAUSTED'))).toBe(true)
}, 600_000)

test('one whose budget is used up waits for a person, and is told to go on once it is raised', async () => {
  using repository = new TestRepository()
  const model = scenario([says('First.'), says('Second.'), says('Third.')])
  const acts = [{ talk: { model, texts: ['One.', 'Two.'] } }]
  const sessionId = await spawn(repository, model, acts, { budget: { usd: 1.5 } })
  const { data } = await harness.reached(sessionId, 'ModelCallDeferred', ({ reason }) => reason === 'BUDGET_EXHAUSTED')
  expect(data.message).toContain('of $1.50 spent')
  expect(saidIn(await harness.events(sessionId))).toEqual([expect.stringContaining('First.')])
  expect((await command({ kind: 'session', id: sessionId }, 'raise', { usd: 5 })).status).toBe(202)
  await harness.reached(sessionId, 'AgentCompleted')
  const events = await harness.events(sessionId)
  expect(saidIn(events).at(-1)).toContain('You said: Your message was cut off')
  expect(relayedIn(events).map(({ outcome }) => outcome)).toEqual(['answered'])
})

test('one that may not ask a person ends, where the policy is to stop', async () => {
  using repository = new TestRepository()
  const model = scenario([says('First.')])
  const over = { budget: { usd: 0.5, policy: 'stop' } }
  const sessionId = await spawn(repository, model, [{ talk: { model, texts: ['One.'] } }], over)
  expect((await harness.reached(sessionId, 'AgentFailed')).data.code).toBe('BUDGET_EXHAUSTED')
  expect(relayedIn(await harness.events(sessionId))).toEqual([])
})

test('a call that its agent does not wait for has cost all that was kept for it', async () => {
  using repository = new TestRepository()
  const scope = await missionOf({ usd: 50 })
  const model = scenario([says('Late.', { speed: { firstTokenMs: 200_000 } }), says('Second.')])
  const acts = [{ talk: { model, texts: ['One.'], leaveAfterMs: 1500 } }]
  const sessionId = await spawn(repository, model, acts, { missionId: scope.id })
  await harness.reached(sessionId, 'AgentCompleted')
  const { bases, spent } = await settled(scope)
  expect(bases).toEqual(['most'])
  expect(spent).toBeGreaterThan(1_000_000)
  expect(relayedIn(await harness.events(sessionId))).toMatchObject([{ outcome: 'cut', usage: null, answer: null }])
})

test('what cannot be reckoned beforehand is not asked for where a budget counts', async () => {
  using repository = new TestRepository()
  const model = scenario([says('First.')])
  const body = { model, max_tokens: 10, messages: [], speed: 'fast' }
  const sessionId = await spawn(repository, model, [{ raw: { path: '/v1/messages', body } }], { budget: { usd: 50 } })
  await harness.reached(sessionId, 'AgentCompleted')
  expect(saidIn(await harness.events(sessionId)).join()).toMatch(/400 .*speed: a budget counts for this agent/)
})

test.each(['/v1/messages', '/v1/messages/count_tokens'])(
  '%s: no server reaches for an agent what it may not itself, also without a budget',
  async (path) => {
    using repository = new TestRepository()
    const model = scenario([says('First.')])
    const body = { model, max_tokens: 10, messages: [], mcp_servers: [{ type: 'url', url: 'https://evil.example' }] }
    const sessionId = await spawn(repository, model, [{ raw: { path, body } }])
    await harness.reached(sessionId, 'AgentCompleted')
    expect(saidIn(await harness.events(sessionId)).join()).toMatch(/400 .*mcp_servers: what an agent may reach/)
  },
)

test('every request and every answer is a fact, what was said before by its name alone, and no secret is among it', async () => {
  using repository = new TestRepository()
  const key = `sk-ant-api03-${'k7Qz'.repeat(23)}`
  const model = scenario([says('First.'), says('Second.')])
  const sessionId = await spawn(repository, model, [{ talk: { model, texts: [`One ${key}.`, 'Two.'] } }])
  await harness.reached(sessionId, 'AgentCompleted')
  const events = await harness.events(sessionId)
  const [first, second] = relayedIn(events)
  expect([first, second]).toMatchObject([
    {
      outcome: 'answered',
      status: 200,
      extends: null,
      stopReason: 'end_turn',
      usage: { inputTokens: 500, costUsd: 0.905 },
    },
    { outcome: 'answered', extends: { callId: first?.callId, messages: 1 }, head: first?.head },
  ])
  const texts = new Map(
    events.flatMap((event) =>
      event.type === 'ModelTextsRecorded' ? event.data.texts.map((text) => [text.digest, text.text] as const) : [],
    ),
  )
  const read = (digests: readonly string[] = []) => digests.map((digest) => JSON.parse(texts.get(digest) ?? 'null'))
  expect(read(first?.head)).toEqual([{ model, max_tokens: 100, system: 'Be brief.' }])
  expect(read(first?.added)).toEqual([{ role: 'user', content: expect.stringMatching(/^One .*redacted/) }])
  expect(read(second?.added)).toMatchObject([
    { role: 'assistant', content: [{ type: 'text', text: 'First.' }] },
    { role: 'user', content: 'Two.' },
  ])
  expect(read([second?.answer ?? ''])).toMatchObject([[{ type: 'text', text: 'Second.' }]])
  expect(JSON.stringify(events)).not.toContain(key)
  const usages = events.flatMap((event) =>
    event.type === 'MessageRecorded' && event.data.usage ? [event.data.usage] : [],
  )
  expect(usages, 'what a call has cost is counted once').toEqual([])
})

const provider = (name: string, more: object = {}) =>
  client.post('/api/models/providers', { name, baseUrl: harness.model.url, apiKey: serviceToken, ...more })

test('its calls count for the limits of their provider, and it waits as others do', async () => {
  using repository = new TestRepository()
  await provider('narrow', { limits: { requestsPerMinute: 1 } })
  const model = scenario([says('First.'), says('Second.')])
  const acts = [{ talk: { model, texts: ['One.', 'Two.'] } }]
  const sessionId = await spawn(repository, `narrow:${model}`, acts)
  const { data } = await harness.reached(sessionId, 'ModelCallDeferred')
  expect(data).toMatchObject({ reason: 'RATE_LIMITED', message: expect.stringContaining('1 requests a minute') })
  await harness.reached(sessionId, 'AgentCompleted', undefined, 150_000)
  const events = await harness.events(sessionId)
  expect(relayedIn(events).filter(({ outcome }) => outcome === 'answered').length).toBeGreaterThan(0)
}, 200_000)

test('that its model cannot be had is seen, and its turn goes on once it can', async () => {
  using repository = new TestRepository()
  const model = scenario([says('First.', { error: { status: 529, type: 'overloaded_error', retryAfter: 1 } })])
  const sessionId = await spawn(repository, model, [{ talk: { model, texts: ['One.'] } }])
  const { data } = await harness.reached(sessionId, 'ModelCallDeferred')
  expect(data.reason).toBe('OVERLOADED')
  await harness.reached(sessionId, 'AgentCompleted')
  const events = await harness.events(sessionId)
  expect(relayedIn(events)).toMatchObject([{ outcome: 'refused', status: 529, usage: null }])
  expect(saidIn(events).at(-1)).toContain('You said: Your message was cut off')
})

test('one whose model is nowhere fails after as long as others do, and says so', async () => {
  using repository = new TestRepository()
  const impatient = await harness.orchestrator({
    ...settings,
    MOSAIC_MODEL_UNREACHABLE_SECONDS: '1',
    MOSAIC_DATA_DIR: `${harness.data}/impatient`,
  })
  await impatient.post('/api/models/providers', { name: 'nowhere', baseUrl: 'http://127.0.0.1:9', apiKey: 'none' })
  const sessionId = await impatient.spawn({
    runtime: 'acp',
    agent: 'player',
    repository: repository.path,
    task: `PLAY ${JSON.stringify(Array.from({ length: 4 }, () => ({ talk: { model: 'm', texts: ['One.'] } })))}`,
    model: 'nowhere:m',
  })
  await harness.reached(sessionId, 'ModelCallDeferred', ({ reason }) => reason === 'SERVER_UNREACHABLE')
  expect((await harness.reached(sessionId, 'AgentFailed')).data.code).toBe('MODEL_UNREACHABLE')
  expect(relayedIn(await harness.events(sessionId))[0]).toMatchObject({ outcome: 'unreachable', status: null })
  await impatient.close()
})
