import { orchestratorRoutes } from '@mosaic/contracts/http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type Client, Harness } from '../test/harness.ts'

let harness: Harness
let client: Client
beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

const openApi = z.object({ paths: z.record(z.string(), z.record(z.string(), z.looseObject({ summary: z.string() }))) })

test('the OpenAPI document names every route but health', async () => {
  const { paths } = openApi.parse((await client.get('/openapi.json')).body)
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const { health: _, ...rest } = orchestratorRoutes
  const routes = Object.values(rest).map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  expect(described.toSorted()).toEqual(routes.toSorted())
})
