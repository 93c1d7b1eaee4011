import { coordinatorRoutes, health } from '@mosaic/contracts/http'
import {
  type Engine,
  eventually,
  serviceToken,
  type ServiceProcess,
  startEventStore,
  startMessaging,
  startService,
} from '@mosaic/kit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'

let engine: Engine
let nats: Engine
let coordinator: ServiceProcess

beforeAll(async () => {
  ;[engine, nats] = await Promise.all([startEventStore(), startMessaging()])
  coordinator = await startService('services/coordinator', {
    MOSAIC_EVENTSTORE_URL: engine.url,
    MOSAIC_NATS_URL: nats.url,
    MOSAIC_ORCHESTRATOR_URL: 'http://127.0.0.1:9',
  })
})
afterAll(async () => {
  await coordinator?.stop()
  await Promise.allSettled([engine?.close(), nats?.close()])
})

const ask = (path: string, token = serviceToken) =>
  fetch(coordinator.url + path, { headers: { authorization: `Bearer ${token}` } })

it('answers for its health, to those who belong to the instance', async () => {
  // It reads the log first.
  await eventually('the coordinator is healthy', async () => {
    const { status } = health.parse(await (await ask('/health')).json())
    return status === 'healthy'
  })
  expect((await ask('/health', 'a-token-of-somebody-else')).status).toBe(401)
})

const openApi = z.object({ paths: z.record(z.string(), z.record(z.string(), z.looseObject({ summary: z.string() }))) })

it('the OpenAPI document names every route but health', async () => {
  const { paths } = openApi.parse(await (await ask('/openapi.json')).json())
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const { health: _, ...rest } = coordinatorRoutes
  const routes = Object.values(rest).map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  expect(described.toSorted()).toEqual(routes.toSorted())
})

it('says that it is not well while the event store is away, and ends when it is told to', async () => {
  await engine.close()
  await eventually('the coordinator is unhealthy', async () => (await ask('/health')).status === 503)
  await coordinator.stop()
  expect(coordinator.output()).not.toContain('"level":"fatal"')
})
