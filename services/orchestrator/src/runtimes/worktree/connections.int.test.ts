import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness, type Json } from '../../../test/harness.ts'
import { LoopbackServer } from '../../../test/loopback-server.ts'
import { finish, scenario, shell, type Step } from '../../../test/scenario.ts'
import { TestRepository } from '../../../test/user-repository.ts'
import { hashOf } from '../../repositories/index.ts'

let harness: Harness
let client: Client
beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator({ MOSAIC_SANDBOX: 'bubblewrap' })
})
afterAll(() => harness.close())

async function spawn(
  repository: TestRepository,
  settings: string,
  steps: readonly Step[],
  over: Json = {},
): Promise<string> {
  const approved = await client.post('/repositories/approve', { repository: repository.path, hash: hashOf(settings) })
  expect(approved.status).toBe(202)
  return client.spawn({ repository: repository.path, task: 'x', model: scenario(steps), ...over })
}

test('who an agent reached, and whom it was kept from, are facts of its session', async () => {
  await using server = await LoopbackServer.http((_, response) => response.end('reached'))
  const settings = `network:\n  hosts: ["127.0.0.1:${server.port}"]\n`
  using repository = new TestRepository({ 'mosaic.yaml': settings })
  const asks = shell(`curl -s http://127.0.0.1:${server.port}/; curl -s http://evil.example.net/; true`)
  const sessionId = await spawn(repository, settings, [asks, finish()])
  const { data } = await harness.reached(sessionId, 'ToolCompleted', ({ name }) => name === 'shell')
  expect(data.output).toContain('reached')
  expect(data.output).toContain('evil.example.net is not among the hosts')
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const told = (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'NetworkConnectionRecorded' ? [event.data] : [],
  )
  expect(told).toContainEqual(
    expect.objectContaining({ host: '127.0.0.1', port: server.port, outcome: 'allowed', count: 1 }),
  )
  expect(told).toContainEqual(
    expect.objectContaining({ host: 'evil.example.net', port: 80, outcome: 'refused', reason: 'HOST_NOT_ALLOWED' }),
  )
  expect((await harness.events(sessionId)).at(-1)?.type).toBe('AgentResourcesReleased')
})

test('a kill cuts an agent’s connections, and what they carried is told before it is released', async () => {
  await using server = await LoopbackServer.http((_, response) => void response.write('begun'))
  const settings = `network:\n  hosts: ["localhost:${server.port}"]\n`
  using repository = new TestRepository({ 'mosaic.yaml': settings })
  const sessionId = await spawn(repository, settings, [shell(`curl -sN http://localhost:${server.port}/`), finish()])
  await eventually('the request', () => server.received.includes('GET'))
  await client.post(`/agents/${sessionId}/kill`)
  await eventually('the server is left', () => server.sockets.size === 0)
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const told = await harness.reached(sessionId, 'NetworkConnectionRecorded', ({ bytesSent }) => bytesSent > 0)
  expect(told.data).toMatchObject({ host: 'localhost', outcome: 'allowed' })
  expect(told.metadata.actor).toEqual({ kind: 'system', id: 'orchestrator' })
})

test('an agent that was spawned for less of the network reaches no more than that, and for more it is not spawned', async () => {
  await using server = await LoopbackServer.http((_, response) => response.end('reached'))
  const settings = `network:\n  hosts: ["127.0.0.1:${server.port}"]\n`
  using repository = new TestRepository({ 'mosaic.yaml': settings })
  const asks = shell(`curl -s -m 5 http://127.0.0.1:${server.port}/; true`)
  const sessionId = await spawn(repository, settings, [asks, finish()], { network: { kind: 'none' } })
  const { data } = await harness.reached(sessionId, 'ToolCompleted', ({ name }) => name === 'shell')
  expect(data.output).not.toContain('reached')
  expect(server.received).toBe('')
  const network = { kind: 'hosts', hosts: ['evil.example.net'] }
  const refused = await client.post('/agents/spawn', {
    repository: repository.path,
    task: 'x',
    model: scenario([finish()]),
    network,
  })
  expect([refused.status, refused.body['field']]).toEqual([400, 'network'])
  expect(refused.body['detail']).toContain('and not evil.example.net')
})
