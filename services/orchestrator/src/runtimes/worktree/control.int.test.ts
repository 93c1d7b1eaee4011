import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { makeRepository } from '../../../test/repository.ts'
import { finish, scenario, shell, type Step } from '../../../test/scenario.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

/** The command goes on once the test has put a file named `go` into the worktree. */
const untilGo = shell('echo begun > begun; while [ ! -e go ]; do sleep 0.05; done')

async function spawn(steps: readonly Step[]) {
  return client.spawn({ repository: makeRepository(), task: 'Do it.', model: scenario(steps) })
}

async function worktreeOf(sessionId: string): Promise<string> {
  return (await harness.place(sessionId)).worktree
}

/** The session's command is running now. */
async function begun(sessionId: string): Promise<string> {
  const worktree = await worktreeOf(sessionId)
  await eventually('the command runs', () => readIf(join(worktree, 'begun')))
  return worktree
}

function readIf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

test('an operator speaks to a running agent: delivered after the current tool, before the next model call', async () => {
  const sessionId = await spawn([untilGo, finish()])
  const worktree = await begun(sessionId)
  const answer = await client.post(
    `/agents/${sessionId}/inject`,
    { text: 'Mind the gap.' },
    {
      'x-mosaic-operator-id': 'ada',
      'x-mosaic-operator-name': encodeURIComponent('Ada Løvelace'),
    },
  )
  expect(answer.status).toBe(202)
  expect(answer.body).toMatchObject({ sessionId, status: 'running' })
  expect(await harness.types(sessionId)).not.toContain('OperatorMessageDelivered')
  writeFileSync(join(worktree, 'go'), '')

  await harness.reached(sessionId, 'AgentCompleted')
  const types = await harness.types(sessionId)
  const delivered = types.indexOf('OperatorMessageDelivered')
  expect(types.slice(delivered - 1, delivered + 2)).toEqual([
    'ToolCompleted',
    'OperatorMessageDelivered',
    'MessageRecorded',
  ])
  const { data, metadata } = await harness.reached(sessionId, 'OperatorMessageInjected')
  expect(data).toMatchObject({ text: 'Mind the gap.', operatorName: 'Ada Løvelace', questionId: null })
  expect(metadata.actor).toEqual({ kind: 'operator', id: 'ada', name: 'Ada Løvelace' })
  expect((await harness.reached(sessionId, 'OperatorMessageDelivered')).data.turn).toBe(2)
})

test('a message that arrives while the agent finishes is read before it ends', async () => {
  const steps = [{ say: 'I finish. '.repeat(40), speed: { tokensPerSecond: 10 }, ...finish() }, { say: 'Goodbye.' }]
  const sessionId = await spawn(steps)
  await harness.reached(sessionId, 'AgentStarted')
  expect((await client.post(`/agents/${sessionId}/inject`, { text: 'Wait!' })).status).toBe(202)
  await harness.reached(sessionId, 'AgentCompleted')
  expect(await harness.types(sessionId)).toContain('OperatorMessageDelivered')
})

test('a pause freezes the running command at once, and a resume lets it go on', async () => {
  const ticking = shell('echo begun > begun; while [ ! -e go ]; do echo . >> ticks; sleep 0.02; done')
  const sessionId = await spawn([ticking, finish()])
  const worktree = await begun(sessionId)
  expect((await client.post(`/agents/${sessionId}/pause`, { reason: 'lunch' })).status).toBe(202)
  await harness.reached(sessionId, 'AgentPaused')
  expect((await client.get(`/agents/${sessionId}/status`)).body).toMatchObject({ status: 'paused' })

  const ticks = () => readIf(join(worktree, 'ticks'))?.length ?? 0
  const frozenAt = ticks()
  writeFileSync(join(worktree, 'go'), '')
  const again = await client.post(`/agents/${sessionId}/pause`)
  expect([again.status, again.body['code']]).toEqual([409, 'SESSION_ALREADY_PAUSED'])
  expect(ticks()).toBe(frozenAt)
  expect(await harness.types(sessionId)).not.toContain('ToolCompleted')

  expect((await client.post(`/agents/${sessionId}/resume`)).status).toBe(202)
  await harness.reached(sessionId, 'AgentCompleted')
  const types = await harness.types(sessionId)
  expect(types.indexOf('AgentResumed')).toBeLessThan(types.indexOf('ToolCompleted'))
  const resume = await client.post(`/agents/${sessionId}/resume`)
  expect([resume.status, resume.body['code']]).toEqual([409, 'SESSION_ENDED'])
})

test('a pause while the model speaks is true after its message, and no call follows until the resume', async () => {
  const frames = harness.frames()
  const sessionId = await spawn([
    { say: 'word '.repeat(400), speed: { tokensPerSecond: 100 }, ...shell('true') },
    finish(),
  ])
  await eventually('it speaks', () => frames.find((frame) => frame.sessionId === sessionId))
  await client.post(`/agents/${sessionId}/pause`)
  await harness.reached(sessionId, 'AgentPaused')
  // It may have been asked, and have spoken, before its start was a fact.
  const types = await harness.types(sessionId)
  expect(types.slice(-2)).toEqual(['MessageRecorded', 'AgentPaused'])
  expect(types.indexOf('AgentPauseRequested')).toBeLessThan(types.length - 2)
  await client.post(`/agents/${sessionId}/resume`)
  await harness.reached(sessionId, 'AgentCompleted')
})

test('"pause before send" pauses, and the message is delivered with the resume', async () => {
  const sessionId = await spawn([untilGo, finish()])
  const worktree = await begun(sessionId)
  await client.post(`/agents/${sessionId}/inject`, { text: 'Think first.', pauseBeforeSend: true })
  await harness.reached(sessionId, 'AgentPaused')
  writeFileSync(join(worktree, 'go'), '')
  expect(await harness.types(sessionId)).not.toContain('OperatorMessageDelivered')
  await client.post(`/agents/${sessionId}/resume`)
  await harness.reached(sessionId, 'OperatorMessageDelivered')
  await harness.reached(sessionId, 'AgentCompleted')
})

test('terminate lets the current step end and completes the session', async () => {
  const sessionId = await spawn([untilGo, shell('echo never > never'), finish()])
  const worktree = await begun(sessionId)
  await client.post(`/agents/${sessionId}/terminate`, { note: 'Enough for today.' })
  writeFileSync(join(worktree, 'go'), '')
  const { data } = await harness.reached(sessionId, 'AgentCompleted')
  expect(data).toMatchObject({ outcome: 'terminated', summary: 'Enough for today.' })
  const events = await harness.events(sessionId)
  expect(events.filter(({ type }) => type === 'ToolInvoked')).toHaveLength(1)
  expect(events.filter(({ type }) => type === 'ToolCompleted')).toHaveLength(1)
})

test('a paused agent can be killed, and nobody speaks to it after that', async () => {
  const sessionId = await spawn([untilGo, finish()])
  await begun(sessionId)
  await client.post(`/agents/${sessionId}/pause`)
  await harness.reached(sessionId, 'AgentPaused')
  await client.post(`/agents/${sessionId}/kill`)
  await harness.reached(sessionId, 'AgentKilled')
  const late = await client.post(`/agents/${sessionId}/inject`, { text: 'hello?' })
  expect([late.status, late.body['code']]).toEqual([409, 'SESSION_ENDED'])
})
