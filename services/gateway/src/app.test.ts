import { serviceToken } from '@mosaic/kit'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { gatewayRoutes, problem, type Route } from '@mosaic/contracts/http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startTestGateway, testInstance } from '../test/gateway.ts'
import { sessionCookieOf } from './sign-in/authenticate.ts'

let gateway: Awaited<ReturnType<typeof startTestGateway>>
beforeAll(async () => void (gateway = await startTestGateway()))
afterAll(() => gateway.close())

const id = '0190d1c8-0000-7000-8000-000000000001'
const addressOf = (path: string) =>
  path
    .replace(':kind', 'mission')
    .replace(':id', id)
    .replace(':approvalId', id)
    .replace(':landingId', id)
    .replace(':name', 'dashboard')
    .replace(':operatorId', 'nobody')
const routes: [string, Route][] = Object.entries(gatewayRoutes)
/** What is accepted (202) and carried out elsewhere. */
type CommandName = {
  [Name in keyof typeof gatewayRoutes]: (typeof gatewayRoutes)[Name] extends { status: 202 } ? Name : never
}[keyof typeof gatewayRoutes]
const call = (method: string, path: string, headers: Record<string, string> = {}) =>
  fetch(gateway.url + path, {
    method,
    headers: { ...headers, ...(method === 'GET' ? {} : { 'content-type': 'application/json' }) },
  })

test('health names what is missing to those who belong to the instance', async () => {
  for (const headers of [gateway.bearer, { authorization: `Bearer ${serviceToken}` }])
    expect(await (await call('GET', '/health', headers)).json()).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('eventstore'),
    })
})

test('what it measures is shown to who has the service token, and to no operator', async () => {
  const asked = (headers: Record<string, string>) => call('GET', '/metrics', headers).then(({ status }) => status)
  expect(await asked({ authorization: `Bearer ${serviceToken}` })).toBe(200)
  expect(await asked(gateway.bearer)).toBe(403)
  expect(await asked({})).toBe(401)
})

test('the service token opens nothing else of the gateway', async () => {
  const response = await call('GET', '/api/status', { authorization: `Bearer ${serviceToken}` })
  expect(response.status).toBe(401)
})

describe('without a sign-in', () => {
  test.each(routes.filter(([, { role }]) => role !== 'public'))('%s answers 401', async (_name, { method, path }) => {
    for (const headers of [{}, { cookie: `${sessionCookieOf(testInstance)}=wrong` }]) {
      const response = await call(method, addressOf(path), headers)
      expect([response.status, problem.parse(await response.json()).code]).toEqual([401, 'UNAUTHENTICATED'])
    }
  })

  test.each(['Bearer mosaic_wrong', 'Basic bG9jYWw6', 'Bearer', ''])('"%s" is no sign-in', async (authorization) => {
    const response = await call('GET', '/api/status', { authorization })
    expect([response.status, problem.parse(await response.json()).code]).toEqual([401, 'UNAUTHENTICATED'])
  })

  test.each([
    '/ws',
    '/api/openapi.json',
    '/api/docs',
    '/api/docs/',
    '/api/docs/json',
    '/api/docs/static/swagger-ui.css',
  ])('%s answers 401', async (path) => expect((await call('GET', path)).status).toBe(401))

  test('health says that it lives, and no more', async () => {
    const response = await call('GET', '/health')
    expect(response.status).toBe(200)
    expect(Object.keys((await response.json()) as object)).toEqual(['status', 'uptime', 'timestamp', 'version'])
  })

  test('a bad sign-in token is refused as such', async () => {
    const response = await fetch(`${gateway.url}/api/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: 'guessed' }),
    })
    expect([response.status, problem.parse(await response.json()).code]).toEqual([401, 'SIGN_IN_LINK_INVALID'])
  })
})

describe('with everything else down', () => {
  // Typed by route: a command that is missing here does not compile.
  const bodies: Record<CommandName, object> = {
    spawn: { repository: '/r', task: 'x' },
    inject: { text: 'hello' },
    pause: {},
    resume: {},
    retryModelCall: {},
    takeTerminal: {},
    releaseTerminal: {},
    decideApproval: { decision: 'approved', digest: '0'.repeat(64) },
    installAgentPreset: {},
    continue: { text: 'go on' },
    retry: {},
    mergeWork: {},
    keepWork: {},
    discardWork: {},
    pruneWork: {},
    terminate: {},
    kill: {},
    killAll: { confirm: 'KILL ALL' },
    freeze: {},
    unfreeze: {},
    allowSecret: { file: 'a.txt', fingerprint: '0123456789ab' },
    approveSettings: { repository: '/r', hash: '0'.repeat(64) },
    revokeSettings: { repository: '/r' },
    addSecretPattern: { name: 'ours', pattern: 'ours-[0-9]{8}' },
    removeSecretPattern: { name: 'ours' },
    allowFingerprint: { fingerprint: '0123456789ab', reason: 'a test key' },
    revokeFingerprint: { fingerprint: '0123456789ab' },
    addTask: { instructions: 'do it', repository: '/r' },
    reorderTask: { priority: 9 },
    cancelTask: {},
    retryTask: {},
    chooseAttempt: { sessionId: '01890000-0000-7000-8000-000000000001' },
    pauseQueue: {},
    resumeQueue: {},
    createMission: { title: 't', objective: 'o', tasks: [{ key: 'a', instructions: 'do it' }] },
    pauseMission: {},
    resumeMission: {},
    cancelMission: {},
    setBudget: { usd: 1 },
    raiseBudget: { usd: 1 },
    removeBudget: {},
    requestLanding: { sessionId: '01890000-0000-7000-8000-000000000001' },
    removeLanding: {},
    drainWorker: {},
    returnWorker: {},
    removeWorker: {},
  }
  const isCoordinated = (path: string) => /^\/api\/(?:tasks|queue|missions|budgets|merge-queues|workers)/.test(path)
  test.each(Object.entries(bodies))('%s answers that whoever decides about it is away', async (name, body) => {
    const { method, path } = gatewayRoutes[name as CommandName]
    const headers = { ...gateway.bearer, 'content-type': 'application/json' }
    const response = await fetch(gateway.url + addressOf(path), { method, headers, body: JSON.stringify(body) })
    const code = isCoordinated(path) ? 'COORDINATOR_UNAVAILABLE' : 'ORCHESTRATOR_UNAVAILABLE'
    expect([response.status, problem.parse(await response.json()).code]).toEqual([503, code])
  })

  const queries = routes.filter(([, { query }]) => query instanceof z.ZodObject && 'after' in query.shape)
  const unavailable = [
    ...queries.map(([, { path }]) => [path, 'READ_MODEL_UNAVAILABLE'] as const),
    [gatewayRoutes.projections.path, 'PROJECTOR_UNAVAILABLE'] as const,
  ]
  test.each(unavailable)('%s answers %s', async (path, code) => {
    const response = await call('GET', addressOf(path), gateway.bearer)
    expect([response.status, problem.parse(await response.json()).code]).toEqual([503, code])
  })

  test('status still answers, within its time limits', async () => {
    const response = await call('GET', '/api/status', gateway.bearer)
    const { components } = gatewayRoutes.status.answer.parse(await response.json())
    expect(new Set(Object.values(components).map(({ status }) => status))).toEqual(new Set(['unhealthy']))
  })
})

describe('requests of other pages', () => {
  test.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ])('%s is refused even with a token', async (_name, headers: Record<string, string>) => {
    const response = await call('POST', '/api/sign-in/links', { ...gateway.bearer, ...headers })
    expect([response.status, problem.parse(await response.json()).code]).toEqual([403, 'FORBIDDEN'])
  })

  test('answers forbid framing, foreign scripts and caching', async () => {
    const { headers } = await call('GET', '/api/sign-in', gateway.bearer)
    expect(headers.get('content-security-policy')).toContain("script-src 'self';")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
  })
})

test('long answers go over the wire compressed, for who accepts it', async () => {
  const sizeOf = async (accepted: string) => {
    const headers = { ...gateway.bearer, 'accept-encoding': accepted }
    const asking = request(`${gateway.url}/api/openapi.json`, { headers }).end()
    const [response] = (await once(asking, 'response')) as [IncomingMessage]
    let size = 0
    for await (const chunk of response) size += (chunk as Buffer).length
    return [response.headers['content-encoding'], size] as const
  }
  const [none, plain] = await sizeOf('identity')
  for (const encoding of ['br', 'gzip']) {
    const [used, size] = await sizeOf(encoding)
    expect([none, used]).toEqual([undefined, encoding])
    expect(size).toBeLessThan(plain / 5)
  }
})

test('another workspace than the own one is refused', async () => {
  const headers = { ...gateway.bearer, 'x-mosaic-workspace-id': 'others' }
  const response = await call('GET', '/api/mission-control/sessions', headers)
  const refusal = problem.parse(await response.json())
  expect([response.status, refusal.code, refusal.field]).toEqual([403, 'WRONG_WORKSPACE', 'x-mosaic-workspace-id'])
})

test('the OpenAPI document names every route but health, and the role that it needs', async () => {
  const response = await call('GET', '/api/openapi.json', gateway.bearer)
  const document = (await response.json()) as { paths: Record<string, Record<string, { 'x-mosaic-role': string }>> }
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, about]) => `${method.toUpperCase()} ${path} ${about['x-mosaic-role']}`),
  )
  const named = routes
    .filter(([name]) => name !== 'health')
    .map(([, { method, path, role }]) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')} ${role}`)
  expect(described.toSorted()).toEqual(named.toSorted())
})
