import { coordinatorRoutes, health } from '@mosaic/contracts/http'
import { eventually, serviceToken } from '@mosaic/kit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { type RunningCoordinator, startCoordinator } from '../test/coordinator.ts'

let coordinator: RunningCoordinator
beforeAll(async () => void (coordinator = await startCoordinator()))
afterAll(() => coordinator?.close())

const ask = (path: string, token = serviceToken) =>
  fetch(coordinator.service.url + path, { headers: { authorization: `Bearer ${token}` } })

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
  await coordinator.eventStore.close()
  await eventually('the coordinator is unhealthy', async () => (await ask('/health')).status === 503)
  await coordinator.service.stop()
  expect(coordinator.service.output()).not.toContain('"level":"fatal"')
})
