import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell, type Step } from '../../test/scenario.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

const asksPush = { rules: [{ effect: 'ask', command: 'echo push*' }] }

const spawn = (steps: readonly Step[], approvals: unknown, over: object = {}) =>
  client.spawn({ repository: makeRepository(), task: 'Do it.', model: scenario(steps), approvals, ...over })

type Asked = { readonly approvalId: string; readonly digest: string }

const asked = async (sessionId: string) => (await harness.reached(sessionId, 'ApprovalRequested')).data
const decide = (sessionId: string, { approvalId, digest }: Asked, said: object) =>
  client.post(`/api/sessions/${sessionId}/approvals/${approvalId}/decision`, { digest, ...said })
const outputs = async (sessionId: string) =>
  (await harness.events(sessionId)).flatMap(({ type, data }) => (type === 'ToolCompleted' ? [data.output] : []))
const facts = async (sessionId: string) =>
  (await harness.types(sessionId)).filter((type) => /Approval|CallJudged|^Tool/.test(type))

test('a command that a policy asks about waits with its exact words, and runs once it is approved', async () => {
  const sessionId = await spawn([shell('cd . && echo push it'), finish()], asksPush)
  const waiting = await asked(sessionId)
  expect(waiting.shown).toContain('cd . && echo push it')
  expect(await harness.types(sessionId)).not.toContain('ToolInvoked')
  expect((await decide(sessionId, waiting, { decision: 'approved', note: 'Go on.' })).status).toBe(202)
  await harness.reached(sessionId, 'AgentCompleted')
  expect((await outputs(sessionId))[0]).toContain('push it')
  expect((await facts(sessionId)).slice(0, 5)).toEqual([
    'ApprovalRequested',
    'ApprovalDecided',
    'ApprovalApplied',
    'ToolInvoked',
    'ToolCompleted',
  ])
})

test('what is denied is not done, and the agent is told why', async () => {
  const sessionId = await spawn([shell('echo push it > made'), finish()], asksPush)
  await decide(sessionId, await asked(sessionId), { decision: 'denied', note: 'Not on a Sunday.' })
  await harness.reached(sessionId, 'AgentCompleted')
  expect((await outputs(sessionId))[0]).toMatch(/^Denied: .*Not on a Sunday\./)
})

test('a decision about other bytes than wait is refused; of two people the second is told; once it is over there is nothing', async () => {
  const sessionId = await spawn([shell('echo push it'), finish()], asksPush)
  const waiting = await asked(sessionId)
  const other = await decide(sessionId, { ...waiting, digest: 'f'.repeat(64) }, { decision: 'approved' })
  expect(other).toMatchObject({ status: 409, body: { code: 'APPROVAL_DIGEST_MISMATCH' } })
  const both = await Promise.all([
    decide(sessionId, waiting, { decision: 'approved' }),
    decide(sessionId, waiting, { decision: 'denied' }),
  ])
  expect(both.map(({ status }) => status).toSorted()).toEqual([202, 409])
  await harness.reached(sessionId, 'AgentResourcesReleased')
  expect((await harness.types(sessionId)).filter((type) => type === 'ApprovalDecided')).toHaveLength(1)
})

test('approved for the session, the same call is not asked about again, and any other is', async () => {
  const steps = [shell('echo push it'), shell('echo push it'), shell('echo push  it'), finish()]
  const sessionId = await spawn(steps, asksPush)
  const first = await asked(sessionId)
  await decide(sessionId, first, { decision: 'approved', scope: 'session' })
  const { approvalId, digest } = await eventually('another is asked about', async () => {
    const events = await harness.events(sessionId)
    return events.flatMap(({ type, data }) => (type === 'ApprovalRequested' ? [data] : []))[1]
  })
  expect(digest).not.toBe(first.digest)
  await decide(sessionId, { approvalId, digest }, { decision: 'approved' })
  await harness.reached(sessionId, 'AgentCompleted')
  expect((await facts(sessionId)).filter((type) => type === 'CallJudged')).toHaveLength(1)
})

test('nobody answers: what the policy says of that counts', async () => {
  const denied = await spawn([shell('echo push it'), finish()], { ...asksPush, waitSeconds: 1 })
  const allowed = await spawn([shell('echo push it'), finish()], { ...asksPush, waitSeconds: 1, atTimeout: 'allow' })
  await Promise.all([denied, allowed].map((each) => harness.reached(each, 'AgentCompleted')))
  expect((await outputs(denied))[0]).toMatch(/^Denied: nobody/)
  expect((await outputs(allowed))[0]).toContain('push it')
})

test('a pause keeps the wait, and a decision that comes meanwhile counts when it goes on', async () => {
  const sessionId = await spawn([shell('echo push it'), finish()], asksPush)
  const waiting = await asked(sessionId)
  await client.post(`/agents/${sessionId}/pause`, {})
  await harness.reached(sessionId, 'AgentPaused')
  await decide(sessionId, waiting, { decision: 'approved' })
  expect(await harness.types(sessionId)).not.toContain('ToolInvoked')
  await client.post(`/agents/${sessionId}/resume`, {})
  await harness.reached(sessionId, 'AgentCompleted')
  expect((await outputs(sessionId))[0]).toContain('push it')
})

test('one that is killed while it waits asks nothing any more', async () => {
  const sessionId = await spawn([shell('echo push it'), finish()], asksPush)
  const waiting = await asked(sessionId)
  await client.post(`/agents/${sessionId}/kill`, {})
  await harness.reached(sessionId, 'AgentKilled')
  const late = await decide(sessionId, waiting, { decision: 'approved' })
  expect(late).toMatchObject({ status: 409, body: { code: 'SESSION_ENDED' } })
})

test("a workspace's policy holds for every agent from the next call on, until it is taken away", async () => {
  const set = (policy: unknown) => client.put('/api/approval-policy', { policy })
  expect(await set({ rules: [{ effect: 'deny', tool: 'shell', note: 'No shell.' }] })).toMatchObject({
    body: { changed: true },
  })
  try {
    const sessionId = await spawn([shell('echo hello'), finish()], undefined)
    await harness.reached(sessionId, 'AgentCompleted')
    expect((await outputs(sessionId))[0]).toContain("workspace's policy")
    const policy = { rules: [], otherwise: 'ask' }
    const checked = await client.post('/api/approval-policy/check', { policy, sessionId })
    expect(checked.body).toMatchObject({ calls: [{ tool: 'shell', effect: 'ask', decided: 'denied' }, {}] })
  } finally {
    expect(await set(null)).toMatchObject({ body: { changed: true } })
  }
  const sessionId = await spawn([shell('echo hello'), finish()], undefined)
  await harness.reached(sessionId, 'AgentCompleted')
  expect((await outputs(sessionId))[0]).toContain('hello')
})
