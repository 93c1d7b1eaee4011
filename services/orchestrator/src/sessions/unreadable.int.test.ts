import { randomUUID } from 'node:crypto'
import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { fleetStream } from '@mosaic/contracts/fleet'
import { appendForeign, eventually } from '@mosaic/kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell, type Step } from '../../test/scenario.ts'

// A session whose stream held an event that does not parse was claimed and run by nobody, a kill of it was answered
// with 500, and a kill-all waited for it for good.

let harness: Harness
let client: Client
beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

const ask: Step = { call: { tool: 'ask_operator', input: { question: 'Which?' } } }
let sessionId: string
beforeEach(async () => {
  const model = scenario([shell('sleep 3600.77 & true'), ask, finish()])
  sessionId = await client.spawn({ repository: makeRepository(), task: 'Ask.', model })
  await harness.reached(sessionId, 'AgentWaitingForOperator')
})

/** Writes by hand what is no tool call, and answers where it stands. */
async function spoil(): Promise<number> {
  const revision = await lastRevision()
  await appendForeign(harness.eventStore.url, agentSessionStream.of(sessionId), {
    type: 'ToolInvoked',
    data: { no: 1 },
  })
  return revision + 1
}
async function lastRevision(): Promise<number> {
  const stream = agentSessionStream.of(sessionId)
  for await (const item of harness.store.readStream(stream, { direction: 'backwards', limit: 1 })) {
    return (item.kind === 'event' ? item.event : item.record).revision
  }
  return -1
}
const command = (verb: string, body: unknown = {}) => client.post(`/agents/${sessionId}/${verb}`, body)
const status = async () => (await client.get(`/agents/${sessionId}/status`)).body

test('a session with an unreadable event: ordinary steps are refused by the name of the event, a kill is not', async () => {
  const revision = await spoil()
  const details = { revision, position: expect.any(String), reason: expect.stringContaining('INVALID_EVENT_DATA') }
  const refused = { status: 409, body: { code: 'STREAM_UNREADABLE', details } }
  expect(await command('inject', { text: 'main' })).toMatchObject(refused)
  expect(await command('pause')).toMatchObject(refused)
  expect(await status()).toMatchObject({ status: 'waiting', unreadable: details })

  expect((await command('kill')).status).toBe(202)
  await harness.reached(sessionId, 'AgentKilled')
  await harness.reached(sessionId, 'AgentResourcesReleased')
  expect(await status()).toMatchObject({ status: 'killed', unreadable: details })
})

test('a session with an unreadable event is terminated', async () => {
  await spoil()
  expect((await command('terminate')).status).toBe(202)
  await harness.reached(sessionId, 'AgentCompleted', ({ outcome }) => outcome === 'terminated')
  await harness.reached(sessionId, 'AgentResourcesReleased')
})

test('a kill-all ends with a session that has an unreadable event, and one in its own stream', async () => {
  await spoil()
  await appendForeign(harness.eventStore.url, fleetStream.of('default'), { type: 'KillAllRequested', data: {} })
  const answer = await client.post('/agents/kill-all', { confirm: 'KILL ALL' })
  expect(answer).toMatchObject({ status: 202, body: { sessionIds: expect.arrayContaining([sessionId]) } })
  await harness.reached(sessionId, 'AgentKilled')
  await eventually('the kill-all is complete', async () =>
    (await harness.typesOf(fleetStream.of('default'))).includes('KillAllCompleted'),
  )
  await client.post('/fleet/unfreeze')
})

test('a session with an unreadable event is not run on by another orchestrator, and killed by it', async () => {
  await client.close()
  const revision = await spoil()
  client = await harness.orchestrator()
  await harness.reached(sessionId, 'SessionClaimed', ({ epoch }) => epoch === 2)
  expect(await command('inject', { text: 'main' })).toMatchObject({ body: { code: 'STREAM_UNREADABLE' } })
  await eventually('the session is found', async () => (await client.get('/agents/tree')).status === 200)
  expect(await status()).toMatchObject({ unreadable: { revision } })
  const again = await command('kill')
  expect(again.status).toBe(202)
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const types = await harness.typesOf(agentSessionStream.of(sessionId))
  // Not prepared, not started, not asked for an answer once more: nothing but its end.
  expect(types.slice(revision)).toEqual([
    'SessionClaimed',
    'AgentKillRequested',
    'AgentKillSignalled',
    'AgentKillExitObserved',
    'AgentDescendantsCleared',
    'AgentKilled',
    'AgentResourcesReleased',
  ])
})

test('a session whose beginning cannot be read is refused as that, not as one that is not there', async () => {
  sessionId = randomUUID()
  await appendForeign(harness.eventStore.url, agentSessionStream.of(sessionId), {
    type: 'AgentSpawnRequested',
    data: { sessionId },
  })
  expect(await command('kill')).toMatchObject({ status: 409, body: { code: 'STREAM_UNREADABLE' } })
})
