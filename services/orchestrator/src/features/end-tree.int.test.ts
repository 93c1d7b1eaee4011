import { newId } from '@mosaic/contracts/kernel'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario } from '../../test/scenario.ts'
import { withRemoteRuntimes } from '../../test/with-remote-runtimes.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator({ MOSAIC_LIMIT_MISSION: '200' }, withRemoteRuntimes)
})
afterAll(() => harness.close())

/** Lives until somebody speaks to it. */
const agent = (parentSessionId?: string) => ({
  runtime: 'remote',
  task: 'Wait.',
  ...(parentSessionId && { parentSessionId }),
})
async function family() {
  const root = await client.spawn(agent())
  const child = await client.spawn(agent(root))
  const grandchild = await client.spawn(agent(child))
  return { root, child, grandchild }
}
const statusOf = async (id: string) => (await client.get(`/agents/${id}/status`)).body['status']

test('the kill of a parent says how many below it live on; with its tree they are killed as well', async () => {
  const { root, child, grandchild } = await family()
  const alone = await client.post(`/agents/${root}/kill`)
  expect(alone.body).toMatchObject({ tree: [], livesOn: 2 })
  await harness.reached(root, 'AgentKilled')
  expect(await statusOf(child)).not.toBe('killed')

  const after = await client.post(`/agents/${root}/kill`, { tree: true })
  expect(after.body, 'the root has ended, those below it have not').toMatchObject({
    status: 'killed',
    tree: [child, grandchild],
    unconfirmed: [],
    livesOn: 0,
  })
  for (const id of [child, grandchild]) {
    const { data, metadata } = await harness.reached(id, 'AgentKillRequested')
    expect([data.tree, metadata.actor]).toMatchObject([true, { kind: 'operator', id: 'local' }])
    expect(await harness.types(id)).toContain('AgentKilled')
  }
  const again = await client.post(`/agents/${root}/kill`, { tree: true })
  expect([again.status, again.body['code']]).toEqual([409, 'SESSION_ENDED'])
})

test('a tree is terminated, each after its own step', async () => {
  const { root, child, grandchild } = await family()
  const alone = await client.post(`/agents/${grandchild}/terminate`)
  expect(alone.body).toMatchObject({ tree: [], livesOn: 0 })
  const answer = await client.post(`/agents/${root}/terminate`, { tree: true, note: 'Enough.' })
  expect(answer.body).toMatchObject({ tree: expect.arrayContaining([child]), livesOn: 0 })
  for (const id of [root, child, grandchild]) {
    await harness.reached(id, 'AgentCompleted', ({ outcome }) => outcome === 'terminated')
  }
})

test('children that are being spawned when their tree is killed are killed or refused, none lives', async () => {
  const { root, child } = await family()
  const headers = { 'idempotency-key': newId() }
  const spawn = (parent: string) => client.post('/agents/spawn', agent(parent))
  const spawning = Array.from({ length: 16 }, (_, index) => spawn(index % 2 === 0 ? root : child))
  await Promise.race(spawning)
  const killing = client.post(`/agents/${root}/kill`, { tree: true }, headers)
  const late = Array.from({ length: 4 }, () => spawn(root))
  const [killed, ...answers] = await Promise.all([killing, ...spawning, ...late])
  expect(killed.body).toMatchObject({ unconfirmed: [] })
  const refused = answers.filter(({ status }) => status !== 202)
  expect(refused.map(({ body }) => body['code'])).toEqual(refused.map(() => 'SESSION_BEING_KILLED'))
  const spawned = answers.filter(({ status }) => status === 202).map(({ body }) => String(body['sessionId']))
  for (const id of spawned) await harness.reached(id, 'AgentKilled')
})

test('agents that spawn all the while are killed with their tree, and so are those that they were spawning', async () => {
  const more = (task: string) => ({ tool: 'spawn_agent', input: { task, agent_type: 'lead' } })
  const lead = { steps: [{ call: [more('a'), more('b'), more('c')] }, { call: { tool: 'wait_for_agents' } }, finish()] }
  const model = scenario(lead)
  const root = await client.spawn({ repository: makeRepository(), task: 'Lead.', model })
  await eventually(
    'it has grandchildren',
    async () => {
      const children = await harness.childrenOf(root)
      return children.length > 0 && (await Promise.all(children.map((id) => harness.childrenOf(id)))).flat().length > 0
    },
    60_000,
  )
  const answer = await client.post(`/agents/${root}/kill`, { tree: true })
  expect(answer.body).toMatchObject({ unconfirmed: [] })
  const below = async (id: string): Promise<string[]> => {
    const children = await harness.childrenOf(id)
    return [...children, ...(await Promise.all(children.map(below))).flat()]
  }
  for (const id of await below(root)) await harness.reached(id, 'AgentKilled')
  await eventually('nobody of its mission is kept any more', async () => {
    const { roots } = (await client.get('/agents/tree')).body as { roots: { sessionId: string }[] }
    return !roots.some(({ sessionId }) => sessionId === root)
  })
})
