import { randomUUID } from 'node:crypto'
import { sessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes, type ProjectionView, problem, urlOf } from '@mosaic/contracts/http'
import {
  appendForeign,
  commandContext,
  type Engine,
  eventually,
  messageRecorded,
  postgresDatabase,
  type ServiceProcess,
  spawnRequested,
  startEventStore,
  startMessaging,
  startService,
} from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestGateway } from '../../test/gateway.ts'

let engines: Engine[]
let eventStoreUrl: string
let projector: ServiceProcess
let gateway: Awaited<ReturnType<typeof startTestGateway>>

beforeAll(async () => {
  engines = await Promise.all([startEventStore(), startMessaging(), postgresDatabase()])
  const [eventStore, nats, postgres] = engines.map(({ url }) => url) as [string, string, string]
  eventStoreUrl = eventStore
  const env = { MOSAIC_EVENTSTORE_URL: eventStore, MOSAIC_NATS_URL: nats, MOSAIC_POSTGRES_URL: postgres }
  projector = await startService('projections/projector', env)
  const projectorUrl = projector.url
  gateway = await startTestGateway({ eventStoreUrl: eventStore, natsUrl: nats, postgresUrl: postgres, projectorUrl })
  // A projector that has only begun has no models to ask.
  await eventually('the read models to be there', async () => {
    const { status, body } = await ask('GET', gatewayRoutes.projections.path)
    return (
      status === 200 && gatewayRoutes.projections.answer.parse(body).items.every((model) => model.status === 'live')
    )
  })
})
afterAll(async () => {
  await Promise.allSettled([gateway.close(), projector.stop('SIGKILL')])
  await Promise.allSettled(engines.map((engine) => engine.close()))
})

const name = 'session-tree'
const sessionId = randomUUID()
const streamId = `agentSession-${sessionId}`

async function ask(method: string, path: string, body?: object) {
  const headers = { ...gateway.bearer, ...(body && { 'content-type': 'application/json' }) }
  const response = await fetch(gateway.url + path, { method, headers, body: body ? JSON.stringify(body) : null })
  return { status: response.status, body: (await response.json()) as unknown }
}
const append = async (text: string) => {
  const event = messageRecorded(sessionId, randomUUID(), text)
  const options = { expectedRevision: 'any', context: commandContext() } as const
  const appended = await gateway.eventStore.append(streamId, [event], options)
  if (!appended.ok) throw new Error(appended.error.message)
  return appended.value.position
}
const sessionAt = async (after: string) => {
  const { body } = await ask('GET', urlOf(gatewayRoutes.session.path, { id: sessionId }, { after }))
  return sessionView.parse(body)
}
const parked = async (): Promise<ProjectionView['parked']> => {
  const { body } = await ask('GET', gatewayRoutes.projections.path)
  const { items } = gatewayRoutes.projections.answer.parse(body)
  return items.find((projection) => projection.name === name)!.parked
}
const decide = async (verb: 'retryParked' | 'skipParked', body: object) => {
  const answer = await ask('POST', urlOf(gatewayRoutes[verb].path, { name }), body)
  return gatewayRoutes[verb].answer.parse(answer.body).position
}

test('an operator retries what is parked, and skips what cannot be mended; both stand in the audit', async () => {
  await gateway.eventStore.append(streamId, [spawnRequested(sessionId)], {
    expectedRevision: 'no-stream',
    context: commandContext(),
  })
  await appendForeign(eventStoreUrl, streamId, { type: 'MessageRecorded', data: null })
  expect(await sessionAt(await append('behind it'))).toMatchObject({ messages: 0, unreadable: { revision: 1 } })
  const hole = { streamId, eventType: 'MessageRecorded', waiting: 1 }
  expect(await parked()).toMatchObject([hole])

  expect(await sessionAt(await decide('retryParked', {}))).toMatchObject({ messages: 0 })
  expect(await parked()).toMatchObject([hole])
  expect(await sessionAt(await decide('skipParked', { streamId }))).toMatchObject({ messages: 1, revision: 2 })
  expect(await parked()).toEqual([])

  const { body } = await ask('GET', `${gatewayRoutes.audit.path}?action=ParkedEventSkipped`)
  expect(gatewayRoutes.audit.answer.parse(body).items).toMatchObject([
    { action: 'ParkedEventSkipped', operatorName: 'Ada', preview: `${name}: ${streamId}` },
  ])
})

test.each([
  ['POST', `/api/projections/${name}/parked/skip`, { streamId: 'agentSession-none' }, [404, 'EVENT_NOT_FOUND']],
  ['POST', '/api/projections/nothing/parked/retry', {}, [404, 'PROJECTION_NOT_FOUND']],
  ['POST', '/api/projections/operator-audit/rebuild?workspaceId=default', undefined, [400, 'VALIDATION_FAILED']],
  ['DELETE', '/api/projections/nothing/rebuild', undefined, [404, 'PROJECTION_NOT_FOUND']],
])('%s %s is refused', async (method, path, body, expected) => {
  const answer = await ask(method, path, body)
  expect([answer.status, problem.parse(answer.body).code]).toEqual(expected)
})

test("one workspace's rows are built anew, and a build that is not under way cannot be cancelled", async () => {
  const rebuilt = await ask('POST', `/api/projections/${name}/rebuild?workspaceId=default`)
  expect(rebuilt).toMatchObject({ status: 200, body: { name, status: 'live' } })
  expect(await ask('DELETE', `/api/projections/${name}/rebuild`)).toEqual({ status: 200, body: { cancelled: false } })
})
