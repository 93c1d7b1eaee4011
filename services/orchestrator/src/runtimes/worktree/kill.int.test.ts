import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { makeRepository } from '../../../test/repository.ts'
import { finish, scenario, shell } from '../../../test/scenario.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

/** Five descendants, some of which have left the process group and the session, and a mark to find them by. */
const family = (mark: string) =>
  shell(
    `sleep 3600.${mark} & setsid sleep 3600.${mark} & (setsid sh -c 'sleep 3600.${mark} & sleep 3600.${mark}' &) ; ` +
      `nohup sleep 3600.${mark} & sleep 0.2; echo begun > begun; wait`,
  )

const marked = (mark: string): number =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith(`sleep 3600.${mark}`)).length

async function spawnFamily(mark: string): Promise<string> {
  const model = scenario([family(mark), finish()])
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Have children.', model })
  const { worktree } = await harness.place(sessionId)
  await eventually('the family is there', () => {
    try {
      return readFileSync(join(worktree, 'begun'), 'utf8') !== '' && marked(mark) >= 5
    } catch {
      return false
    }
  })
  return sessionId
}

const receipt = [
  'AgentKillRequested',
  'ToolCompleted',
  'AgentKillSignalled',
  'AgentKillExitObserved',
  'AgentDescendantsCleared',
  'AgentKilled',
  'UncommittedWorkKept',
  'AgentResourcesReleased',
]

test('a kill ends every descendant and leaves a receipt, step by step', async () => {
  const sessionId = await spawnFamily('101')
  const answer = await client.post(`/agents/${sessionId}/kill`, { reason: 'runaway' })
  expect(answer.status).toBe(202)
  const { data: killed } = await harness.reached(sessionId, 'AgentKilled')
  expect(marked('101')).toBe(0)
  expect(killed.latencyMs).toBeLessThan(30_000)

  await harness.reached(sessionId, 'AgentResourcesReleased')
  const events = await harness.events(sessionId)
  const types = events.map(({ type }) => type)
  expect(types.slice(types.indexOf('AgentKillRequested'))).toEqual(receipt)
  const signalled = events.find((event) => event.type === 'AgentKillSignalled')
  const sent = signalled?.type === 'AgentKillSignalled' && signalled.data.sent
  expect(sent).toMatchObject({ kind: 'process', signal: 'SIGKILL' })
  expect(sent && sent.kind === 'process' && sent.processes).toBeGreaterThanOrEqual(5)
  expect(events.find((event) => event.type === 'ToolCompleted')?.data).toMatchObject({
    isError: true,
    interrupted: true,
  })
  const again = await client.post(`/agents/${sessionId}/kill`)
  expect([again.status, again.body['code']]).toEqual([409, 'SESSION_ENDED'])
})

test('a kill stops a model in the middle of its message', async () => {
  const model = scenario([{ say: 'word '.repeat(2000), speed: { tokensPerSecond: 5 }, ...finish() }])
  const frames = harness.frames()
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Talk.', model })
  await eventually('it talks', () => frames.some((frame) => frame.sessionId === sessionId && frame.kind === 'delta'))
  await client.post(`/agents/${sessionId}/kill`)
  const { data } = await harness.reached(sessionId, 'AgentKilled')
  // Long before the message would have ended.
  expect(data.latencyMs).toBeLessThan(30_000)
  const said = (await harness.events(sessionId)).filter(
    (event) => event.type === 'MessageRecorded' && event.data.role === 'agent',
  )
  expect(said).toEqual([])
  await eventually('readers are told', () =>
    frames.some((frame) => frame.sessionId === sessionId && frame.kind === 'aborted'),
  )
})

test('a kill right after the spawn leaves nothing behind', async () => {
  const model = scenario([family('102'), finish()])
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Have children.', model })
  await client.post(`/agents/${sessionId}/kill`)
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const types = await harness.types(sessionId)
  expect(types).toContain('AgentKilled')
  expect(types).not.toContain('ToolInvoked')
  expect(marked('102')).toBe(0)
})

test('kill-all kills everyone in scope, once, and says when the last has ended', async () => {
  const sessionIds = await Promise.all(['201', '202', '203', '204'].map(spawnFamily))
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const body = { confirm: 'KILL ALL', reason: 'drill', scope: { kind: 'modelProvider', modelProvider: 'scripted' } }
  const answer = await client.post('/agents/kill-all', body, headers)
  expect(answer.status).toBe(202)
  expect((answer.body['sessionIds'] as string[]).toSorted()).toEqual(sessionIds.toSorted())
  const again = await client.post('/agents/kill-all', body, headers)
  expect(again.body['killAllId']).toBe(answer.body['killAllId'])

  const killed = await Promise.all(sessionIds.map((id) => harness.reached(id, 'AgentKilled')))
  for (const mark of ['201', '202', '203', '204']) expect(marked(mark)).toBe(0)
  expect(Math.max(...killed.map(({ data }) => data.latencyMs))).toBeLessThan(30_000)
  const requests = await Promise.all(sessionIds.map((id) => harness.reached(id, 'AgentKillRequested')))
  for (const { data, metadata } of requests) {
    expect(data).toMatchObject({ killAllId: answer.body['killAllId'], reason: 'drill' })
    expect(metadata.actor, 'the person’s kill, not the system’s').toMatchObject({ kind: 'operator', id: 'local' })
  }

  const fleet = await eventually('the kill-all is complete', async () => {
    const types = await harness.typesOf('fleet-default')
    return types.at(-1) === 'KillAllCompleted' && types
  })
  expect(fleet).toEqual(['FleetFrozen', 'KillAllRequested', 'KillAllCompleted'])
  expect(answer.body['unconfirmed'], 'the answer has waited for the end').toEqual([])
  await client.post('/fleet/unfreeze')
})

test('agents whose spawn is under way when a kill-all comes are killed or refused, none lives', async () => {
  const repository = makeRepository()
  const model = scenario([shell('sleep 3600.401'), finish()])
  const spawn = () => client.post('/agents/spawn', { repository, task: 'Sleep.', model })
  const spawning = Array.from({ length: 12 }, spawn)
  await Promise.race(spawning)
  const killing = client.post('/agents/kill-all', { confirm: 'KILL ALL' })
  const late = Array.from({ length: 4 }, spawn)
  const [killed, ...answers] = await Promise.all([killing, ...spawning, ...late])
  const spawned = answers.filter(({ status }) => status === 202).map(({ body }) => String(body['sessionId']))
  const refused = answers.filter(({ status }) => status !== 202)
  expect(refused.map(({ body }) => body['code'])).toEqual(refused.map(() => 'FLEET_FROZEN'))
  expect(killed.body).toMatchObject({ unconfirmed: [], sessionIds: expect.arrayContaining(spawned.slice(0, 1)) })
  for (const id of spawned) await harness.reached(id, 'AgentKilled')
  expect(marked('401')).toBe(0)

  const frozen = await spawn()
  expect([frozen.status, frozen.body['detail']]).toEqual([409, expect.stringContaining('mosaic fleet unfreeze')])
  expect((await client.post('/fleet/unfreeze')).body).toMatchObject({ changed: true })
  expect((await client.post('/fleet/unfreeze')).body).toMatchObject({ changed: false })
  const { body } = await spawn()
  await client.post(`/agents/${String(body['sessionId'])}/kill`)
  await harness.reached(String(body['sessionId']), 'AgentKilled')
})

test('a kill-all was answered as unconfirmed: what the first had held was given back before the others’ receipts', async () => {
  const sessionIds = await Promise.all(['501', '502', '503', '504', '505'].map(spawnFamily))
  await client.post('/agents/kill-all', { confirm: 'KILL ALL' })
  const killed = await Promise.all(sessionIds.map((id) => harness.reached(id, 'AgentKilled')))
  const released = await Promise.all(sessionIds.map((id) => harness.reached(id, 'AgentResourcesReleased')))
  const positions = (events: readonly { readonly position: string }[]) => events.map(({ position }) => Number(position))
  expect(Math.min(...positions(released))).toBeGreaterThan(Math.max(...positions(killed)))
  await client.post('/fleet/unfreeze')
})

test('a kill-all of a workspace that is not there is refused', async () => {
  const headers = { 'x-mosaic-workspace-id': 'nowhere' }
  const answer = await client.post('/agents/kill-all', { confirm: 'KILL ALL' }, headers)
  expect([answer.status, answer.body['code']]).toEqual([404, 'WORKSPACE_NOT_FOUND'])
})

test('a kill-all with nobody to kill completes at once, and one out of scope hits nobody', async () => {
  const sessionId = await spawnFamily('301')
  const answer = await client.post('/agents/kill-all', {
    confirm: 'KILL ALL',
    scope: { kind: 'modelProvider', modelProvider: 'anthropic' },
  })
  expect(answer.body['sessionIds']).toEqual([])
  expect((await client.get(`/agents/${sessionId}/status`)).body).toMatchObject({ status: 'running' })
  const unconfirmed = await client.post('/agents/kill-all', { confirm: 'yes' })
  expect([unconfirmed.status, unconfirmed.body['field']]).toEqual([400, 'confirm'])
  await client.post(`/agents/${sessionId}/kill`)
  await harness.reached(sessionId, 'AgentKilled')
})
