import { gatewayRoutes, problem, type ServerFrame } from '@mosaic/contracts/http'
import { operatorView } from '@mosaic/contracts/operator'
import { type Engine, eventually, startEventStore } from '@mosaic/kit'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestGateway } from '../../test/gateway.ts'
import { openSocket } from '../../test/readers.ts'

let eventStore: Engine
let dataFolder: string
let gateway: Awaited<ReturnType<typeof startTestGateway>>
beforeAll(async () => void (eventStore = await startEventStore()))
afterAll(() => eventStore.close())
beforeEach(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'mosaic-gateway-'))
  gateway = await startTestGateway({ eventStoreUrl: eventStore.url, dataFolder })
})
afterEach(async () => {
  await gateway.close()
  rmSync(dataFolder, { recursive: true })
})

const newLink = async (body: object = {}) => {
  const response = await fetch(`${gateway.url}/api/sign-in/links`, {
    method: 'POST',
    headers: { ...gateway.bearer, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const { url } = (await response.json()) as { url: string }
  return url
}
const signIn = (token: string) =>
  fetch(`${gateway.url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
const signedIn = async (link: object = {}) => {
  const response = await signIn((await newLink(link)).split('#token=')[1]!)
  return { response, cookie: response.headers.getSetCookie()[0]!.split(';')[0]! }
}
const me = (headers: Record<string, string>) => fetch(`${gateway.url}/api/sign-in`, { headers })
const operatorEvents = async (operatorId = 'local') => {
  const response = await fetch(`${gateway.url}/api/events?stream=operator-${operatorId}&backwards=true`, {
    headers: gateway.bearer,
  })
  return gatewayRoutes.events.answer.parse(await response.json()).items
}

describe('a one-time link', () => {
  test('points at the console that was asked, its token in the fragment that no server sees', async () => {
    expect(await newLink()).toMatch(new RegExp(`^${gateway.url}/#token=[\\w-]{43}$`))
  })

  test('gives a cookie that scripts and other sites cannot use, once', async () => {
    const token = (await newLink()).split('#token=')[1]!
    const first = await signIn(token)
    expect(first.status).toBe(200)
    expect(await first.json()).toEqual({ operatorId: 'local', name: 'Ada', workspaceId: 'default', role: 'admin' })
    expect(first.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^mosaic_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/),
    ])
    const second = await signIn(token)
    expect([second.status, problem.parse(await second.json()).code]).toEqual([401, 'SIGN_IN_LINK_INVALID'])
    expect(second.headers.getSetCookie()).toEqual([])
  })

  test('cannot be made with a session, only with the token', async () => {
    const { cookie } = await signedIn()
    const response = await fetch(`${gateway.url}/api/sign-in/links`, { method: 'POST', headers: { cookie } })
    expect([response.status, problem.parse(await response.json()).code]).toEqual([403, 'FORBIDDEN'])
  })

  test('can be guessed at ten times a minute', async () => {
    const codes: number[] = []
    for (let attempt = 0; attempt < 12; attempt++) codes.push((await signIn('guess')).status)
    expect(codes).toEqual([...Array(10).fill(401), 429, 429])
  })
})

describe('a session', () => {
  test('is recorded, outlasts a restart of the gateway, and ends with signing out', async () => {
    const { cookie } = await signedIn()
    await gateway.close()
    gateway = await startTestGateway({ eventStoreUrl: eventStore.url, dataFolder })
    const kept = await me({ cookie })
    expect(kept.status).toBe(200)
    expect(kept.headers.getSetCookie()[0]).toContain('Max-Age=43200')

    const out = await fetch(`${gateway.url}/api/sign-in`, { method: 'DELETE', headers: { cookie } })
    expect([out.status, out.headers.getSetCookie()[0]]).toEqual([204, expect.stringContaining('mosaic_session=;')])
    expect((await me({ cookie })).status).toBe(401)
    expect((await operatorEvents()).slice(0, 2).map(({ type }) => type)).toEqual([
      'OperatorSignedOut',
      'OperatorSignedIn',
    ])
  })

  test('is never handed out with what anybody may have, and caches may keep', async () => {
    const { cookie } = await signedIn()
    const open = await fetch(`${gateway.url}/health`, { headers: { cookie } })
    expect([open.status, open.headers.getSetCookie()]).toEqual([200, []])
  })

  test('is not kept by caches, however the address is written', async () => {
    const { cookie } = await signedIn()
    const answer = await fetch(`${gateway.url}/%61pi/sign-in`, { headers: { cookie } })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('does not make up for a token that is wrong', async () => {
    const { cookie } = await signedIn()
    expect((await me({ cookie, authorization: 'Bearer mosaic_wrong' })).status).toBe(401)
  })
})

describe('a guest', () => {
  test('who may observe is recorded as such, watches live, and changes nothing', async () => {
    const { response, cookie } = await signedIn({ role: 'observer', name: 'Grace' })
    const guest = operatorView.parse(await response.json())
    expect(guest).toEqual({
      operatorId: expect.stringMatching(/^guest-/),
      name: 'Grace',
      workspaceId: 'default',
      role: 'observer',
    })
    expect(
      (await operatorEvents(guest.operatorId)).map(({ type, data, metadata }) => [type, data, metadata.actor]),
    ).toEqual([
      [
        'OperatorSignedIn',
        { operatorId: guest.operatorId, method: 'link', role: 'observer' },
        { kind: 'operator', id: guest.operatorId, name: 'Grace' },
      ],
    ])
    const watching = await openSocket(gateway.url, { cookie })
    watching.send({ type: 'subscribe', id: 'all', topic: { kind: 'fleet' } })
    await eventually('a subscription', () => watching.received.some(({ type }: ServerFrame) => type === 'subscribed'))
    watching.close()
    const refused = await fetch(`${gateway.url}/api/mission-control/kill-all`, { method: 'POST', headers: { cookie } })
    const { code, detail } = problem.parse(await refused.json())
    expect([refused.status, code, detail]).toEqual([
      403,
      'FORBIDDEN',
      'this needs the role operator, and you are signed in as observer',
    ])
  })

  test('without a name is told apart from the local operator all the same', async () => {
    const { response } = await signedIn({ role: 'operator' })
    expect(await response.json()).toMatchObject({
      operatorId: expect.stringMatching(/^guest-/),
      name: 'Guest (operator)',
    })
  })
})

test('a panel layout is kept, and the newest is answered', async () => {
  const address = `${gateway.url}/api/mission-control/layout`
  const read = async () => (await fetch(address, { headers: gateway.bearer })).json()
  const save = (body: unknown) =>
    fetch(address, {
      method: 'PUT',
      headers: { ...gateway.bearer, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  expect(await read()).toEqual({ panels: [], columns: null })
  const layout = { panels: [{ sessionId: '0190d1c8-0000-7000-8000-000000000001', columns: 2, rows: 1 }], columns: 3 }
  for (const each of [{ ...layout, columns: 1 }, layout]) expect((await save(each)).status).toBe(200)
  expect(await read()).toEqual(layout)
  const refused = problem.parse(
    await (await save({ ...layout, panels: [{ sessionId: 'x', columns: 9, rows: 1 }] })).json(),
  )
  expect([refused.code, refused.errors?.map(({ field }) => field)]).toEqual([
    'VALIDATION_FAILED',
    ['panels[0].sessionId', 'panels[0].columns'],
  ])
})
