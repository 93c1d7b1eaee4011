import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell, type Step } from '../../test/scenario.ts'

let harness: Harness
let client: Client
const repository = makeRepository()

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

const write: Step = { call: { tool: 'write_file', input: { path: 'fix.txt', content: 'an hour of work\n' } } }
const commit: Step = { call: { tool: 'commit', input: { message: 'fix: it' } } }
const finishOnce: Step = { call: { tool: 'finish', input: { summary: 'fixed', outcome: 'completed' } } }
const spawn = (...steps: readonly Step[]) => client.spawn({ repository, task: 'Fix it.', model: scenario(steps) })
const refOf = (sessionId: string) => `refs/mosaic/wip/${sessionId}`
const atOrigin = (sessionId: string) =>
  execFileSync('git', ['-C', repository, 'show', `${refOf(sessionId)}:fix.txt`], { encoding: 'utf8' })

async function changed(sessionId: string): Promise<string> {
  const { worktree } = await harness.place(sessionId)
  await eventually('the file is written', () => existsSync(join(worktree, 'fix.txt')))
  return worktree
}

/** The last facts of a released session. */
async function ending(sessionId: string, most: number): Promise<string[]> {
  await harness.reached(sessionId, 'AgentResourcesReleased')
  return (await harness.types(sessionId)).slice(-most)
}

test('an agent that finishes with uncommitted changes is told once which, and can commit them', async () => {
  const sessionId = await spawn(write, finishOnce, commit, finishOnce)
  expect((await harness.reached(sessionId, 'AgentCompleted')).data.summary).toBe('fixed')
  const completed = (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'ToolCompleted' ? [event.data] : [],
  )
  expect(completed.map(({ name, isError }) => [name, isError])).toEqual([
    ['write_file', false],
    ['finish', true],
    ['commit', false],
    ['finish', false],
  ])
  expect(completed[1]?.output).toMatch(/^UNCOMMITTED_CHANGES: .*"fix\.txt"/)
  expect(await ending(sessionId, 2)).toEqual(['AgentCompleted', 'AgentResourcesReleased'])
})

test('changes that an agent leaves uncommitted are kept in the repository before its worktree goes', async () => {
  const sessionId = await spawn(write, finish('fixed'))
  const worktree = await changed(sessionId)
  expect(await ending(sessionId, 3)).toEqual(['AgentCompleted', 'UncommittedWorkKept', 'AgentResourcesReleased'])
  const { data: kept } = await harness.reached(sessionId, 'UncommittedWorkKept')
  const ref = refOf(sessionId)
  expect(kept).toMatchObject({ ref, files: 1, insertions: 1, push: { state: 'pushed', as: ref } })
  expect(atOrigin(sessionId)).toBe('an hour of work\n')
  expect(existsSync(worktree)).toBe(false)
})

test('changes of a killed agent are kept, after the proof that it is dead', async () => {
  const sessionId = await spawn(write, shell('sleep 3600.7'), finish())
  await changed(sessionId)
  await client.post(`/agents/${sessionId}/kill`)
  expect(await ending(sessionId, 3)).toEqual(['AgentKilled', 'UncommittedWorkKept', 'AgentResourcesReleased'])
  expect(atOrigin(sessionId)).toBe('an hour of work\n')
})

test('what somebody has written by hand beside an agent that has called no tool yet is kept; where nobody has, nothing is', async () => {
  const speaking = () => spawn({ say: 'word '.repeat(120), speed: { tokensPerSecond: 1 }, ...finish() })
  const [touched, untouched] = await Promise.all([speaking(), speaking()])
  const [{ worktree }] = await Promise.all([harness.place(touched), harness.reached(untouched, 'AgentStarted')])
  await harness.reached(touched, 'AgentStarted')
  writeFileSync(join(worktree, 'fix.txt'), 'an hour of work\n', { mode: 0o644 })
  for (const id of [touched, untouched]) await client.post(`/agents/${id}/kill`)
  expect(await ending(touched, 3)).toEqual(['AgentKilled', 'UncommittedWorkKept', 'AgentResourcesReleased'])
  expect(atOrigin(touched)).toBe('an hour of work\n')
  expect(await ending(untouched, 2)).toEqual(['AgentKilled', 'AgentResourcesReleased'])
})

test('changes of an agent that fails, and of one that is terminated, are kept', async () => {
  const failing = await spawn(write, {
    call: { tool: 'finish', input: { summary: 'no way', outcome: 'failed' } },
    repeat: { while: { isError: true }, max: 1 },
  })
  const endless = await spawn(write, { ...shell('sleep 0.1'), repeat: { max: 1000 } })
  await changed(endless)
  await client.post(`/agents/${endless}/terminate`)
  expect(await ending(failing, 3)).toEqual(['AgentFailed', 'UncommittedWorkKept', 'AgentResourcesReleased'])
  expect(await ending(endless, 3)).toEqual(['AgentCompleted', 'UncommittedWorkKept', 'AgentResourcesReleased'])
  expect([atOrigin(failing), atOrigin(endless)]).toEqual(['an hour of work\n', 'an hour of work\n'])
})

test('changes of a session that ended while its orchestrator was dead are kept when it is picked up', async () => {
  const sessionId = await spawn(write, shell('sleep 3600.6'), finish())
  const worktree = await changed(sessionId)
  await client.close()
  await append(sessionId, { type: 'AgentFailed', data: { sessionId, code: 'INTERNAL', message: 'it broke' } })
  client = await harness.orchestrator()
  expect(await ending(sessionId, 2)).toEqual(['UncommittedWorkKept', 'AgentResourcesReleased'])
  expect(atOrigin(sessionId)).toBe('an hour of work\n')
  expect(existsSync(worktree)).toBe(false)
})

test('changes that cannot be kept stay in the worktree, which says so, until they can', async () => {
  const sessionId = await spawn(write, shell('mkfifo .gitignore'), finish())
  const worktree = await changed(sessionId)
  const { data: released } = await harness.reached(sessionId, 'AgentResourcesReleased')
  expect(released).toMatchObject({ worktreeRemoved: false, leftWork: { code: 'STAGING_FAILED' } })
  expect(existsSync(join(worktree, 'fix.txt'))).toBe(true)

  rmSync(join(worktree, '.gitignore'))
  await client.close()
  client = await harness.orchestrator()
  const { data: kept } = await harness.reached(sessionId, 'UncommittedWorkKept')
  expect(kept).toMatchObject({ ref: refOf(sessionId), files: 1, push: { state: 'failed' } })
  await eventually('the worktree is gone', () => !existsSync(worktree))
})

const append = (sessionId: string, event: AgentSessionEvent) =>
  harness.store.append(`agentSession-${sessionId}`, [event], {
    expectedRevision: 'stream-exists',
    context: {
      commandId: crypto.randomUUID(),
      workspaceId: 'default',
      actor: { kind: 'system', id: 'orchestrator' },
      occurredAt: new Date(),
    },
  })
