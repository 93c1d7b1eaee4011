import { randomUUID } from 'node:crypto'
import { gatewayRoutes, problem, projectorRoutes } from '@mosaic/contracts/http'
import {
  commandContext,
  eventually,
  type Engine,
  messageRecorded,
  postgresDatabase,
  type ServiceProcess,
  spawnRequested,
  startEventStore,
  startMessaging,
  startService,
  serviceToken,
} from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestGateway } from '../../test/gateway.ts'

let engines: Engine[]
let relay: ServiceProcess
let projector: ServiceProcess
let gateway: Awaited<ReturnType<typeof startTestGateway>>

beforeAll(async () => {
  const [eventStore, nats, postgres] = await Promise.all([startEventStore(), startMessaging(), postgresDatabase()])
  engines = [eventStore, nats, postgres]
  const env = { MOSAIC_EVENTSTORE_URL: eventStore.url, MOSAIC_NATS_URL: nats.url, MOSAIC_POSTGRES_URL: postgres.url }
  ;[relay, projector] = await Promise.all([
    startService('services/relay', env),
    startService('projections/projector', env),
  ])
  gateway = await startTestGateway({
    eventStoreUrl: eventStore.url,
    natsUrl: nats.url,
    postgresUrl: postgres.url,
    projectorUrl: projector.url,
  })
  // A projector that has only begun has no models to ask.
  await eventually('the read models to be there', async () => {
    const { status, body } = await get(gatewayRoutes.projections.path)
    return (
      status === 200 && gatewayRoutes.projections.answer.parse(body).items.every((model) => model.status === 'live')
    )
  })
})
afterAll(async () => {
  await Promise.allSettled([gateway.close(), relay.stop('SIGKILL'), projector.stop('SIGKILL')])
  await Promise.allSettled(engines.map((engine) => engine.close()))
})

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(gateway.url + path, { headers: { ...gateway.bearer, ...headers } })
  return { status: response.status, body: (await response.json()) as unknown }
}
const refusal = ({ status, body }: { status: number; body: unknown }) => {
  const { code, field } = problem.parse(body)
  return [status, code, field]
}

async function newSession(workspaceId = 'default', name = 'worker'): Promise<{ sessionId: string; position: string }> {
  const sessionId = randomUUID()
  const events = [spawnRequested(sessionId, { name }), messageRecorded(sessionId, randomUUID(), 'hello')]
  const appended = await gateway.eventStore.append(`agentSession-${sessionId}`, events, {
    expectedRevision: 'no-stream',
    context: commandContext({ workspaceId }),
  })
  if (!appended.ok) throw new Error(appended.error.message)
  return { sessionId, position: appended.value.position }
}

const base = '/api/mission-control'

test('a query that names a position sees what was written there, at once', async () => {
  for (let round = 0; round < 10; round++) {
    const { sessionId, position } = await newSession()
    const [session, listed, messages, tree, audit, dashboard] = await Promise.all([
      get(`${base}/sessions/${sessionId}?after=${position}`),
      get(`${base}/sessions?limit=1&after=${position}`),
      get(`${base}/sessions/${sessionId}/messages?after=${position}`),
      get(`${base}/tree`, { 'x-mosaic-after': position }),
      get(`${base}/audit?sessionId=${sessionId}&after=${position}`),
      get(`${base}/dashboard?after=${position}`),
    ])
    expect(session).toMatchObject({ status: 200, body: { sessionId, messages: 1 } })
    expect(listed).toMatchObject({ status: 200, body: { items: [{ sessionId }] } })
    expect(messages).toMatchObject({ status: 200, body: { items: [{ kind: 'notice' }, { kind: 'message' }] } })
    const { roots } = gatewayRoutes.tree.answer.parse(tree.body)
    expect(roots[0]).toMatchObject({ sessionId, children: [] })
    expect(audit).toMatchObject({
      status: 200,
      body: { items: [{ action: 'MessageRecorded' }, { action: 'AgentSpawnRequested' }] },
    })
    expect(dashboard).toMatchObject({ status: 200, body: { sessions: { spawning: round + 1 } } })
  }
})

test('pages follow one another by their cursor, without a gap or a repeat', async () => {
  const made: string[] = []
  let last = ''
  for (let count = 0; count < 5; count++) {
    const { sessionId, position } = await newSession('default', 'paged')
    made.unshift(sessionId)
    last = position
  }
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await get(`${base}/sessions?q=PAGED&limit=2&after=${last}${cursor && `&cursor=${cursor}`}`)
    const page = gatewayRoutes.sessions.answer.parse(body)
    seen.push(...page.items.map(({ sessionId }) => sessionId))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(made)
})

test('another workspace is seen in no query', async () => {
  const { sessionId } = await newSession('others', 'elsewhere')
  const { position } = await newSession()
  expect(refusal(await get(`${base}/sessions/${sessionId}?after=${position}`))).toEqual([
    404,
    'SESSION_NOT_FOUND',
    'id',
  ])
  expect(refusal(await get(`${base}/sessions/${sessionId}/messages?after=${position}`))).toEqual([
    403,
    'WRONG_WORKSPACE',
    'id',
  ])
  for (const path of ['sessions?limit=200&', 'tree?', 'audit?limit=200&']) {
    const { status, body } = await get(`${base}/${path}after=${position}`)
    expect([status, JSON.stringify(body).includes(sessionId)]).toEqual([200, false])
  }
})

test('a session that is not there is not found, whichever way it is asked for', async () => {
  const missing = `${base}/sessions/${randomUUID()}`
  for (const path of [missing, `${missing}/messages`, `${missing}/stream`])
    expect(refusal(await get(path))).toEqual([404, 'SESSION_NOT_FOUND', 'id'])
})

test.each([
  ['sessions?cursor=abc', 'cursor'],
  ['sessions?cursor=99999999999999999999', 'cursor'],
  ['sessions?q=%00', 'q'],
  ['sessions?status=asleep', 'status'],
  ['sessions?limit=1000', 'limit'],
  ['audit?action=%00', 'action'],
  ['dashboard?after=-1', 'after'],
  ['sessions/nonsense', 'id'],
])('%s is refused with the field', async (path, field) => {
  expect(refusal(await get(`${base}/${path}`))).toEqual([400, 'VALIDATION_FAILED', field])
})

test('the projector is asked through the gateway', async () => {
  const { status, body } = await get('/api/projections')
  const { items } = gatewayRoutes.projections.answer.parse(body)
  const own = projectorRoutes.projections.answer.parse(
    await (
      await fetch(`${projector.url}/projections`, { headers: { authorization: `Bearer ${serviceToken}` } })
    ).json(),
  )
  expect([status, items.map(({ name }) => name)]).toEqual([200, own.items.map(({ name }) => name)])
  const unknown = await fetch(`${gateway.url}/api/projections/nothing/verify`, {
    method: 'POST',
    headers: gateway.bearer,
  })
  expect([unknown.status, problem.parse(await unknown.json()).code]).toEqual([404, 'PROJECTION_NOT_FOUND'])
})

test('a read model that stands still is named, with how far it has come', async () => {
  await projector.stop('SIGKILL')
  const { sessionId, position } = await newSession()
  const { status, body } = await get(`${base}/sessions/${sessionId}?after=${position}`)
  expect(status).toBe(503)
  const { code, details } = problem.parse(body)
  expect([code, details]).toEqual([
    'READ_MODEL_BEHIND',
    {
      projection: 'session-tree',
      after: position,
      position: expect.stringMatching(/^\d+$/),
      lag: expect.stringMatching(/^\d+$/),
    },
  ])
  await projector.restart()
  expect(await get(`${base}/sessions/${sessionId}?after=${position}`)).toMatchObject({ status: 200 })
})
