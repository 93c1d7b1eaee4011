import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { log, makeRepository } from '../../../test/repository.ts'
import { finish, scenario, shell } from '../../../test/scenario.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

const ask = (input: object) => ({ call: { tool: 'ask_operator', input: { question: 'Which?', ...input } } })

async function resultsOf(sessionId: string): Promise<{ name: string; output: unknown; isError: boolean }[]> {
  return (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'ToolCompleted'
      ? [{ name: event.data.name, output: parse(event.data.output), isError: event.data.isError }]
      : [],
  )
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

test('an agent asks, waits, and goes on with the answer', async () => {
  const repository = makeRepository()
  const sessionId = await client.spawn({ repository, task: 'Decide.', model: 'scripted:ask' })
  const { data: asked } = await harness.reached(sessionId, 'AgentWaitingForOperator')
  expect(asked).toMatchObject({ options: ['green', 'red', 'as it is'], defaultAnswer: 'as it is' })
  expect((await client.get(`/agents/${sessionId}/status`)).body).toMatchObject({ status: 'waiting' })

  await client.post(`/agents/${sessionId}/inject`, { text: 'green' })
  const { data: answered } = await harness.reached(sessionId, 'OperatorMessageDelivered')
  expect(answered.questionId).toBe(asked.questionId)
  await harness.reached(sessionId, 'AgentCompleted')
  const [answer] = await resultsOf(sessionId)
  expect(answer).toEqual({
    name: 'ask_operator',
    output: { answer: 'green', answeredBy: 'operator' },
    isError: false,
  })
  const { branch } = await harness.place(sessionId)
  expect(log(repository, branch)).toContain('colour of the bicycle shed')
})

test('a question that nobody answers in time takes its default', async () => {
  const model = scenario([ask({ default_answer: 'blue', timeout_seconds: 1 }), finish()])
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Decide.', model })
  const { data } = await harness.reached(sessionId, 'OperatorQuestionExpired')
  expect(data.answer).toBe('blue')
  await harness.reached(sessionId, 'AgentCompleted')
  expect((await resultsOf(sessionId))[0]?.output).toEqual({ answer: 'blue', answeredBy: 'default' })
})

test('a question outlasts a pause; it can be answered meanwhile', async () => {
  const sessionId = await client.spawn({
    repository: makeRepository(),
    task: 'x',
    model: scenario([ask({}), finish()]),
  })
  await harness.reached(sessionId, 'AgentWaitingForOperator')
  await client.post(`/agents/${sessionId}/pause`)
  await harness.reached(sessionId, 'AgentPaused')
  await client.post(`/agents/${sessionId}/inject`, { text: 'this one' })
  await client.post(`/agents/${sessionId}/resume`)
  await harness.reached(sessionId, 'AgentCompleted')
  expect((await resultsOf(sessionId))[0]?.output).toEqual({ answer: 'this one', answeredBy: 'operator' })
})

test('a waiting agent can be terminated', async () => {
  const sessionId = await client.spawn({
    repository: makeRepository(),
    task: 'x',
    model: scenario([ask({}), finish()]),
  })
  await harness.reached(sessionId, 'AgentWaitingForOperator')
  await client.post(`/agents/${sessionId}/terminate`)
  expect((await harness.reached(sessionId, 'AgentCompleted')).data.outcome).toBe('terminated')
})

test('a lead spawns agents, waits for them and merges what they did', async () => {
  const repository = makeRepository()
  const spawnOne = (task: string) => ({ tool: 'spawn_agent', input: { task, agent_type: 'worker' } })
  const lead = {
    match: { agentType: 'lead' },
    steps: [
      { call: [spawnOne('write one'), spawnOne('write two')] },
      { call: { tool: 'wait_for_agents' }, capture: { children: '{{result}}' } },
      { call: { tool: 'merge_branch', each: '{{capture.children}}', input: { branch: '{{item.branch}}' } } },
      finish('both merged'),
    ],
  }
  const worker = {
    match: { agentType: 'worker', task: 'write (\\w+)' },
    steps: [
      { call: { tool: 'write_file', input: { path: '{{task.match.1}}.txt', content: 'written\n' } } },
      { call: { tool: 'commit', input: { message: 'feat: {{task.match.1}}' } } },
      finish('wrote {{task.match.1}}'),
    ],
  }
  const model = scenario(lead, worker)
  const sessionId = await client.spawn({ repository, task: 'Lead.', agentType: 'lead', model })
  await harness.reached(sessionId, 'AgentCompleted')

  const results = await resultsOf(sessionId)
  expect(results.filter(({ isError }) => isError)).toEqual([])
  const waited = results.find(({ name }) => name === 'wait_for_agents')?.output as Record<string, unknown>[]
  expect(waited).toMatchObject([
    { agentType: 'worker', status: 'completed', summary: 'wrote one' },
    { agentType: 'worker', status: 'completed', summary: 'wrote two' },
  ])
  const { branch } = await harness.place(sessionId)
  expect(log(repository, branch)).toMatch(/feat: one[\s\S]*feat: two|feat: two[\s\S]*feat: one/)

  const { data: own } = await harness.reached(sessionId, 'AgentSpawnRequested')
  const { data: child, metadata } = await harness.reached(String(waited[0]?.['sessionId']), 'AgentSpawnRequested')
  expect(child).toMatchObject({ parentSessionId: sessionId, missionId: own.missionId, runtime: { model } })
  expect(metadata.actor).toMatchObject({ kind: 'agent', id: sessionId })
  expect(await harness.childrenOf(sessionId)).toHaveLength(2)
})

test('a lead that waits hears an operator at once', async () => {
  const lead = {
    match: { agentType: 'lead' },
    steps: [
      { call: { tool: 'spawn_agent', input: { task: 'run', agent_type: 'worker' } } },
      { call: { tool: 'wait_for_agents' } },
      finish(),
    ],
  }
  const model = scenario(lead, [shell('sleep 60'), finish()])
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Lead.', agentType: 'lead', model })
  await harness.reached(sessionId, 'ToolInvoked', ({ name }) => name === 'wait_for_agents')
  await client.post(`/agents/${sessionId}/inject`, { text: 'How is it going?' })
  await harness.reached(sessionId, 'AgentCompleted')
  const waited = (await resultsOf(sessionId)).find(({ name }) => name === 'wait_for_agents')?.output
  const [child] = waited as { sessionId: string; status: string }[]
  expect(child?.status).toMatch(/spawning|running/)
  await client.post(`/agents/${child?.sessionId}/kill`)
  await harness.reached(String(child?.sessionId), 'AgentKilled')
})

test('what a tool is given is checked, and the agent is told', async () => {
  const model = scenario([
    { call: { tool: 'spawn_agent', input: { task: 'x', agent_type: 'boss' } } },
    { call: { tool: 'spawn_agent', input: { task: 'x', agent_type: 'worker', branch: 'nowhere' } } },
    { call: { tool: 'wait_for_agents', input: { session_ids: ['01890000-0000-7000-8000-000000000001'] } } },
    finish(),
  ])
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'x', model })
  await harness.reached(sessionId, 'AgentCompleted')
  const results = await resultsOf(sessionId)
  expect(results.map(({ isError }) => isError)).toEqual([true, true, true, false])
  expect(String(results[0]?.output)).toContain('INVALID_INPUT')
  expect(String(results[1]?.output)).toContain('BRANCH_NOT_FOUND')
})
