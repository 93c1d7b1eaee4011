import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, type ServiceProcess, startService } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, Harness } from '../../test/harness.ts'
import { log, makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell, type Step } from '../../test/scenario.ts'

let harness: Harness
let service: ServiceProcess
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  await start()
})
afterAll(async () => {
  await service.stop()
  await harness.close()
})

/** The orchestrator as a process of its own, so that it can die like one. */
async function start() {
  service = await startService('services/orchestrator', harness.environment)
  client = new Client(service.url, () => service.stop())
}

async function restart() {
  await service.stop('SIGKILL')
  await start()
}

const spawn = (steps: readonly Step[], repository = makeRepository()) =>
  client.spawn({ repository, task: 'Do it.', model: scenario(steps) })

async function begun(sessionId: string): Promise<string> {
  const { worktree } = await harness.place(sessionId)
  await eventually('the command runs', () => existsSync(join(worktree, 'begun')))
  return worktree
}

const completions = async (sessionId: string) =>
  (await harness.events(sessionId)).flatMap((event) => (event.type === 'ToolCompleted' ? [event.data] : []))

test('a session whose orchestrator dies in the middle of a command goes on, and the command is not run twice', async () => {
  const sessionId = await spawn([shell('echo begun >> begun; sleep 60'), finish('went on')])
  const worktree = await begun(sessionId)
  await restart()

  expect((await harness.reached(sessionId, 'AgentCompleted')).data.summary).toBe('went on')
  const [cutOff] = await completions(sessionId)
  expect(cutOff).toMatchObject({ name: 'shell', interrupted: true, isError: true })
  expect(cutOff?.output).toMatch(/^Interrupted/)
  const events = await harness.events(sessionId)
  expect(events.filter((event) => event.type === 'ToolInvoked' && event.data.name === 'shell')).toHaveLength(1)
  expect(events.filter((event) => event.type === 'AgentStarted').map((event) => event.data)).toMatchObject([
    { resumed: false },
    { resumed: true },
  ])
  await harness.reached(sessionId, 'AgentResourcesReleased')
  expect(existsSync(worktree)).toBe(false)
})

test('what a command had written before the crash is still in the worktree', async () => {
  const steps = [shell('echo kept > kept; echo begun > begun; sleep 60'), shell('cat kept'), finish()]
  const sessionId = await spawn(steps)
  await begun(sessionId)
  await restart()
  await harness.reached(sessionId, 'AgentCompleted')
  expect((await completions(sessionId))[1]).toMatchObject({ name: 'shell', output: 'kept', isError: false })
})

test('a session whose orchestrator dies while the model speaks hears the message anew', async () => {
  const frames = harness.frames()
  const sessionId = await spawn([{ say: 'word '.repeat(120), speed: { tokensPerSecond: 3 }, ...finish('said') }])
  await eventually('it talks', () => frames.some((frame) => frame.sessionId === sessionId && frame.kind === 'delta'))
  await restart()
  await harness.reached(sessionId, 'AgentCompleted')
  const said = (await harness.events(sessionId)).filter(
    (event) => event.type === 'MessageRecorded' && event.data.role === 'agent',
  )
  expect(said).toHaveLength(1)
})

test('a commit that was cut off is made once', async () => {
  const repository = makeRepository()
  const write = { call: { tool: 'write_file', input: { path: 'a.txt', content: 'a\n' } } }
  const commit = { call: { tool: 'commit', input: { message: 'feat: a' } } }
  const sessionId = await spawn([write, commit, finish()], repository)
  await harness.reached(sessionId, 'ToolInvoked', ({ name }) => name === 'commit')
  await restart()
  await harness.reached(sessionId, 'AgentCompleted')
  const { branch } = await harness.place(sessionId)
  expect(log(repository, branch).match(/feat: a/g)).toHaveLength(1)
  const events = await harness.events(sessionId)
  expect(events.filter(({ type }) => type === 'CommitRecorded')).toHaveLength(1)
})

test('a kill that nobody was there to carry out is completed', async () => {
  const sessionId = await spawn([shell('echo $$ > pid; echo begun > begun; sleep 3600.9'), finish()])
  const worktree = await begun(sessionId)
  await eventually('it has written its number', () => readFileSync(join(worktree, 'pid'), 'utf8') !== '')
  await service.stop('SIGKILL')
  const commandId = crypto.randomUUID()
  await harness.store.append(
    `agentSession-${sessionId}`,
    [{ type: 'AgentKillRequested', data: { sessionId, reason: null, killAllId: null, tree: false } }],
    {
      expectedRevision: 'stream-exists',
      context: { commandId, workspaceId: 'default', actor: { kind: 'operator', id: 'ada' }, occurredAt: new Date() },
    },
  )
  await start()
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const types = await harness.types(sessionId)
  expect(types.slice(types.indexOf('AgentKillRequested'))).toEqual([
    'AgentKillRequested',
    'SessionClaimed',
    'AgentKillSignalled',
    'AgentKillExitObserved',
    'AgentDescendantsCleared',
    'AgentKilled',
    'UncommittedWorkKept',
    'AgentResourcesReleased',
  ])
})

test('a paused session stays paused, and a waiting one waits for the same answer', async () => {
  const ask = { call: { tool: 'ask_operator', input: { question: 'Which?' } } }
  const paused = await spawn([shell('echo begun > begun; sleep 0.5'), finish()])
  const waiting = await spawn([ask, finish()])
  await begun(paused)
  await client.post(`/agents/${paused}/pause`)
  await harness.reached(paused, 'AgentPaused')
  const { data: asked } = await harness.reached(waiting, 'AgentWaitingForOperator')
  await restart()

  const status = async (id: string) => (await client.get(`/agents/${id}/status`)).body['status']
  expect([await status(paused), await status(waiting)]).toEqual(['paused', 'waiting'])
  await client.post(`/agents/${waiting}/inject`, { text: 'this' })
  await client.post(`/agents/${paused}/resume`)
  await Promise.all([harness.reached(paused, 'AgentCompleted'), harness.reached(waiting, 'AgentCompleted')])
  const [answer] = await completions(waiting)
  expect(answer).toMatchObject({ toolCallId: asked.questionId, interrupted: false })
  expect(JSON.parse(answer?.output ?? '')).toEqual({ answer: 'this', answeredBy: 'operator' })
})

test('a lead that dies with its orchestrator spawns nobody twice', async () => {
  const lead = {
    match: { agentType: 'lead' },
    steps: [
      { call: { tool: 'spawn_agent', input: { task: 'run', agent_type: 'worker' } } },
      { call: { tool: 'wait_for_agents' } },
      finish('waited'),
    ],
  }
  const worker = { match: { agentType: 'worker' }, steps: [shell('echo begun > begun; sleep 2'), finish('ran')] }
  const model = scenario(lead, worker)
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Lead.', agentType: 'lead', model })
  await harness.reached(sessionId, 'ToolInvoked', ({ name }) => name === 'spawn_agent')
  await restart()
  await harness.reached(sessionId, 'AgentCompleted')
  expect(await harness.childrenOf(sessionId)).toHaveLength(1)
})

test('an orchestrator that is stopped in order leaves no process and no session ended', async () => {
  const sessionId = await spawn([shell('echo $$ > pid; echo begun > begun; sleep 3600.8'), finish()])
  const worktree = await begun(sessionId)
  await service.stop('SIGTERM')
  expect(await harness.types(sessionId)).not.toContain('AgentFailed')
  writeFileSync(join(worktree, 'still-there'), '')
  await start()
  await harness.reached(sessionId, 'AgentCompleted')
})
