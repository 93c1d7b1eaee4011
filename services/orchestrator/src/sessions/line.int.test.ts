import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Client, Harness, type Json } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario } from '../../test/scenario.ts'
import { withRemoteRuntimes } from '../../test/with-remote-runtimes.ts'

let harness: Harness
let client: Client

const orchestrator = () => harness.orchestrator({ MOSAIC_LIMIT_INSTANCE: '2' }, withRemoteRuntimes)
beforeAll(async () => {
  harness = await Harness.start()
  client = await orchestrator()
})
beforeEach(async () => {
  await client.post('/agents/kill-all', { confirm: 'KILL ALL' })
  await client.post('/fleet/unfreeze')
})
afterAll(() => harness.close())

/** Lives until somebody speaks to it. */
const agent = { runtime: 'remote', task: 'Wait.' }
async function spawn(count: number): Promise<Json[]> {
  const answers: Json[] = []
  while (answers.length < count) answers.push((await client.post('/agents/spawn', agent)).body)
  return answers
}
const idOf = ({ sessionId }: Json) => String(sessionId)
const end = async (sessionId: string) => {
  await client.post(`/agents/${sessionId}/kill`)
  await harness.reached(sessionId, 'AgentKilled')
}
const status = async (sessionId: string) => (await client.get(`/agents/${sessionId}/status`)).body

test('who finds no room waits in line, is told its place, and starts in its turn', async () => {
  const answers = await spawn(5)
  expect(answers.map(({ queued }) => queued)).toEqual([
    null,
    null,
    { place: 1, most: 2 },
    { place: 2, most: 2 },
    { place: 3, most: 2 },
  ])
  const [first, , third, fourth, fifth] = answers.map(idOf) as [string, string, string, string, string]
  expect(await status(third)).toMatchObject({ status: 'spawning', queued: { most: 2 } })
  expect(await harness.types(third)).toEqual(['AgentSpawnRequested', 'AgentQueued'])

  await end(first)
  await harness.reached(third, 'AgentStarted')
  expect(await status(third)).toMatchObject({ queued: null })
  expect(await harness.types(fourth), 'there is room for one only').not.toContain('SessionClaimed')
  await end(third)
  await harness.reached(fourth, 'AgentStarted')
  await end(fourth)
  await harness.reached(fifth, 'AgentStarted')
})

test('one that is killed or terminated in line ends at once and leaves nothing, and those behind it move up', async () => {
  const [first, , killed, terminated, last] = (await spawn(5)).map(idOf) as [string, string, string, string, string]
  await end(killed)
  await client.post(`/agents/${terminated}/terminate`)
  await harness.reached(terminated, 'AgentCompleted', ({ outcome }) => outcome === 'terminated')
  for (const id of [killed, terminated]) {
    await harness.reached(id, 'AgentResourcesReleased')
    expect(await harness.types(id)).not.toContain('AgentSpawned')
  }
  expect(await harness.types(last)).not.toContain('SessionClaimed')
  await end(first)
  await harness.reached(last, 'AgentStarted')
})

test('a restart keeps the line and its order', async () => {
  const ids = (await spawn(4)).map(idOf) as [string, string, string, string]
  const [first, second, third, fourth] = ids
  await client.close()
  client = await orchestrator()
  const late = await client.post('/agents/spawn', agent)
  expect(late.body['queued'], 'those in line come first').toEqual({ place: 3, most: 2 })
  await end(first)
  await harness.reached(third, 'AgentStarted')
  expect(await harness.types(fourth)).not.toContain('SessionClaimed')
  await end(second)
  await harness.reached(fourth, 'AgentStarted')
})

test('a freeze holds the line, and a kill-all hits it', async () => {
  const [first, , third] = (await spawn(3)).map(idOf) as [string, string, string]
  await client.post('/fleet/freeze')
  await end(first)
  // A round later than it would have begun.
  await client.post('/fleet/unfreeze')
  await client.post('/fleet/freeze')
  const answer = await client.post('/agents/kill-all', { confirm: 'KILL ALL' })
  expect(answer.body).toMatchObject({ unconfirmed: [], sessionIds: expect.arrayContaining([third]) })
  await harness.reached(third, 'AgentKilled')
})

test('a lead that waits for agents in line lends them its place: all of them come to their end', async () => {
  const call = { tool: 'spawn_agent', input: { task: 'work', agent_type: 'worker' } }
  const lead = {
    match: { agentType: 'lead' },
    steps: [{ call: [call, call, call] }, { call: { tool: 'wait_for_agents' } }, finish('all are done')],
  }
  const model = scenario(lead, [finish()])
  const request = { repository: makeRepository(), task: 'Lead.', agentType: 'lead', model }
  const leads = await Promise.all([client.spawn(request), client.spawn(request)])
  for (const id of leads) {
    expect((await harness.reached(id, 'AgentCompleted')).data.summary).toBe('all are done')
    const children = await harness.childrenOf(id)
    expect(children).toHaveLength(3)
    await eventually('they have ended', async () => {
      const all = await Promise.all(children.map((child) => harness.types(child)))
      return all.every((types) => types.includes('AgentCompleted'))
    })
  }
})
