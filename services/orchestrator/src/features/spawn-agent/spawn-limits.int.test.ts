import { newId, ok } from '@mosaic/contracts/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, type Client, Harness, type Json } from '../../../test/harness.ts'
import { makeRepository } from '../../../test/repository.ts'
import { spec } from '../../../test/session-samples.ts'
import { finish, scenario } from '../../../test/scenario.ts'
import { withRemoteRuntimes } from '../../../test/with-remote-runtimes.ts'
import { Precedence } from '../../precedence.ts'
import { Places } from '../../sessions/places.ts'
import { RosterFold } from '../../sessions/roster.ts'
import { Admission } from './admission.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  const limits = { MOSAIC_LIMIT_DEPTH: '3', MOSAIC_LIMIT_CHILDREN: '2', MOSAIC_LIMIT_INSTANCE: '200' }
  client = await harness.orchestrator(limits, withRemoteRuntimes)
})
afterAll(() => harness.close())

/** Lives until somebody speaks to it. */
const agent = (over: Json = {}) => ({ runtime: 'remote', task: 'Wait.', ...over })
/** On a busy machine the answer may be that the outcome is not known: the same is asked again. */
async function spawnSurely(request: Json): Promise<Answer> {
  const headers = { 'idempotency-key': newId() }
  for (;;) {
    const answer = await client.post('/agents/spawn', request, headers)
    if (answer.status !== 503) return answer
  }
}
const kill = async (sessionId: string) => {
  await client.post(`/agents/${sessionId}/kill`)
  await harness.reached(sessionId, 'AgentKilled')
}

test('of sixty spawns at once in one mission fifty live, and ten are refused by name', async () => {
  const missionId = newId()
  const answers = await Promise.all(Array.from({ length: 60 }, () => spawnSurely(agent({ missionId }))))
  const refused = answers.filter(({ status }) => status !== 202)
  expect(answers.length - refused.length).toBe(50)
  expect(refused.map(({ status, body }) => ({ status, code: body['code'], details: body['details'] }))).toEqual(
    refused.map(() => ({
      status: 409,
      code: 'SPAWN_LIMIT_REACHED',
      details: { limit: 'mission', most: 50, variable: 'MOSAIC_LIMIT_MISSION' },
    })),
  )
  const [first] = answers.flatMap(({ status, body }) => (status === 202 ? [String(body['sessionId'])] : []))
  await kill(first!)
  expect((await client.post('/agents/spawn', agent({ missionId }))).status, 'one has ended').toBe(202)
})

test('of many spawns at once some were told that the event store does not answer: it is asked for a few at a time', async () => {
  const roster = new RosterFold()
  const admission = new Admission({
    store: harness.store,
    roster,
    find: async () => undefined,
    places: new Places({
      roster,
      most: 1000,
      here: { ownerId: 'here', slots: 1000, labels: new Set(), isOpen: () => true },
    }),
    limits: { depth: 5, children: 20, mission: 1000 },
    spawns: new Precedence(),
    workerId: 'here',
    caughtUp: async () => {},
  })
  let [now, most] = [0, 0]
  const begin = async () => {
    most = Math.max(most, ++now)
    await harness.types(spec.sessionId)
    now -= 1
    return ok(true)
  }
  const admitted = Array.from({ length: 60 }, () => admission.admit('default', { ...spec, sessionId: newId() }, begin))
  // Those that wait for their turn are under way as well: a kill-all waits for them.
  await admission.settled()
  expect(await Promise.all(admitted)).toEqual(admitted.map(() => ok(true)))
  expect([now, most]).toEqual([0, 8])
})

test('a spawn that is asked for again is answered as it was, also when there is room for no other', async () => {
  const parentSessionId = await client.spawn(agent())
  const headers = { 'idempotency-key': newId() }
  const ask = () => client.post('/agents/spawn', agent({ parentSessionId }), headers)
  const first = await ask()
  await client.spawn(agent({ parentSessionId }))
  const full = await client.post('/agents/spawn', agent({ parentSessionId }))
  expect([full.body['code'], full.body['details']]).toMatchObject(['SPAWN_LIMIT_REACHED', { limit: 'children' }])
  expect((await ask()).body['sessionId']).toBe(first.body['sessionId'])
})

test('177 levels of agents that spawn agents came up in 35 seconds: they end at the last level', async () => {
  const model = scenario(
    ...['1', '2', '3'].map((level) => ({
      match: { task: `level ${level}` },
      steps: [
        { call: { tool: 'spawn_agent', input: { task: `level ${Number(level) + 1}`, agent_type: 'worker' } } },
        { call: { tool: 'wait_for_agents' } },
        finish(),
      ],
    })),
  )
  const top = await client.spawn({ repository: makeRepository(), task: 'level 1', model })
  await harness.reached(top, 'AgentCompleted', undefined, 110_000)
  const [middle] = await harness.childrenOf(top)
  const [lowest] = await harness.childrenOf(middle!)
  expect(await harness.childrenOf(lowest!)).toEqual([])
  const { data } = await harness.reached(lowest!, 'ToolCompleted', ({ name }) => name === 'spawn_agent')
  expect([data.isError, data.output]).toEqual([true, expect.stringContaining('MOSAIC_LIMIT_DEPTH')])
})
