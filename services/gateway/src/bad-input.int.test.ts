import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gatewayRoutes, problem, type Route } from '@mosaic/contracts/http'
import {
  type Engine,
  postgresDatabase,
  type ServiceProcess,
  startEventStore,
  startMessaging,
  startService,
} from '@mosaic/kit'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { startTestGateway } from '../test/gateway.ts'

/** How many inputs each route gets; the full measure is 10,000. */
const runs = Number(process.env['MOSAIC_FUZZ_RUNS'] ?? 60)

let engines: Engine[]
let services: ServiceProcess[]
let gateway: Awaited<ReturnType<typeof startTestGateway>>
const dataFolder = mkdtempSync(join(tmpdir(), 'mosaic-bad-input-'))

beforeAll(async () => {
  const [eventStore, nats, postgres] = await Promise.all([startEventStore(), startMessaging(), postgresDatabase()])
  engines = [eventStore, nats, postgres]
  const env = {
    MOSAIC_EVENTSTORE_URL: eventStore.url,
    MOSAIC_NATS_URL: nats.url,
    MOSAIC_POSTGRES_URL: postgres.url,
    MOSAIC_DATA_DIR: dataFolder,
    MOSAIC_LOG_LEVEL: 'silent',
  }
  const folders = ['services/relay', 'projections/projector', 'services/orchestrator']
  services = await Promise.all(folders.map((folder) => startService(folder, env)))
  const asked = { ...env, MOSAIC_ORCHESTRATOR_URL: services[2]!.url }
  services.push(await startService('services/coordinator', asked))
  gateway = await startTestGateway({
    eventStoreUrl: eventStore.url,
    natsUrl: nats.url,
    postgresUrl: postgres.url,
    projectorUrl: services[1]!.url,
    orchestratorUrl: services[2]!.url,
    coordinatorUrl: services[3]!.url,
  })
})
afterAll(async () => {
  await Promise.allSettled([gateway.close(), ...services.map((service) => service.stop('SIGKILL'))])
  await Promise.allSettled(engines.map((engine) => engine.close()))
  rmSync(dataFolder, { recursive: true, force: true })
})

const id = '0190d1c8-0000-7000-8000-000000000001'
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    ' ',
    '-',
    '--upload-pack=x',
    '../../etc/passwd',
    '\0',
    'é'.repeat(40_000),
    id,
    '1e999',
    '-1',
    'true',
  ),
)
/** Fields that some route knows, with values that may or may not fit, and whatever else. */
const value = fc.oneof(
  text,
  fc.jsonValue(),
  fc.constantFrom<unknown>(null, {}, [], -1, 0, 1.5, 2 ** 53, 'KILL ALL', 'main'),
)
const routes: [string, Route][] = Object.entries(gatewayRoutes)
const keysOf = (schema: z.ZodType | undefined) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : [])
const fields = new Set([...routes.flatMap(([, route]) => keysOf(route.body)), '__proto__', 'constructor'])
const filters = new Set(routes.flatMap(([, route]) => keysOf(route.query)))
const body = fc.oneof(
  fc.dictionary(fc.constantFrom(...fields), value).map((given) => JSON.stringify(given)),
  fc.json(),
  text,
)
const query = fc.dictionary(fc.constantFrom(...filters), text)
const pathPart = fc.oneof(fc.constant(id), text)

test.each(routes)('%s: whatever is sent, no 5xx and no word from inside', async (_name, { method, path }) => {
  const seen = new Set<number>()
  await fc.assert(
    fc.asyncProperty(body, query, pathPart, async (sent, search, part) => {
      const address = path.replaceAll(/:(id|name)/g, () => encodeURIComponent(part.toWellFormed().slice(0, 200)))
      const headers = { ...gateway.bearer, ...(method !== 'GET' && { 'content-type': 'application/json' }) }
      const stop = new AbortController()
      const response = await fetch(`${gateway.url}${address}?${new URLSearchParams(search)}`, {
        method,
        headers,
        signal: stop.signal,
        ...(method !== 'GET' && { body: sent }),
      })
      seen.add(response.status)
      // A stream that opens is a good answer; it would not end by itself.
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
      const answer = isStream ? '' : await response.text()
      if (isStream) stop.abort()
      expect(response.status, answer).toBeLessThan(500)
      if (response.status < 400) return
      const { code } = problem.parse(JSON.parse(answer))
      expect(code).not.toBe('INTERNAL')
      expect(answer).not.toMatch(/\n\s+at |node_modules|\.ts:\d/)
    }),
    { numRuns: runs },
  )
  expect(seen.size).toBeGreaterThan(0)
})

test.each([
  ['idempotency-key', '/api/mission-control/kill-all', { confirm: 'KILL ALL' }],
  ['last-event-id', '/api/events/stream', undefined],
  ['x-mosaic-after', '/api/mission-control/dashboard', undefined],
  ['x-mosaic-workspace-id', '/api/mission-control/dashboard', undefined],
] as const)('a bad %s header is refused by name', async (name, path, sent) => {
  const response = await fetch(gateway.url + path, {
    method: sent ? 'POST' : 'GET',
    headers: { ...gateway.bearer, [name]: 'not one', ...(sent && { 'content-type': 'application/json' }) },
    ...(sent && { body: JSON.stringify(sent) }),
  })
  const { status, field } = problem.parse(await response.json())
  expect([response.status, status, field]).toEqual([status, name === 'x-mosaic-workspace-id' ? 403 : 400, name])
})

test('nothing of all that was written to the log but what needs no more than to be asked for', async () => {
  const response = await fetch(`${gateway.url}/api/events?limit=1000`, { headers: gateway.bearer })
  const { items } = gatewayRoutes.events.answer.parse(await response.json())
  const types = new Set(items.map(({ type }) => type))
  for (const expected of [
    'WorkspaceCreated',
    'OperatorSignedOut',
    'OperatorLayoutSaved',
    'FleetFrozen',
    'FleetUnfrozen',
    'KillAllRequested',
    'KillAllCompleted',
    'QueuePaused',
    'QueueResumed',
    'MasterKeyRotated',
  ])
    types.delete(expected)
  expect([...types]).toEqual([])
})
