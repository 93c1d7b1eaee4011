import { gatewayRoutes, problem, type ServerFrame } from '@mosaic/contracts/http'
import { operatorView } from '@mosaic/contracts/operator'
import { type Engine, eventually, startEventStore } from '@mosaic/kit'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
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
      expect.stringMatching(
        /^mosaic_session_[0-9a-f]{12}=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
      ),
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
    expect([out.status, out.headers.getSetCookie()[0]]).toEqual([
      204,
      expect.stringMatching(/^mosaic_session_[0-9a-f]{12}=;/),
    ])
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

describe('what is open to a session', () => {
  const open = async (cookie: string) => {
    const { socket } = await openSocket(gateway.url, { cookie })
    const closed = once(socket, 'close')
    const stream = await fetch(`${gateway.url}/api/events/stream`, { headers: { cookie } })
    return { closed, stream: stream.text() }
  }

  test('closes at once when it signs out', async () => {
    const { cookie } = await signedIn()
    const { closed, stream } = await open(cookie)
    await fetch(`${gateway.url}/api/sign-in`, { method: 'DELETE', headers: { cookie } })
    expect((await closed)[0]).toBe(4401)
    await stream
  })

  test('closes at once when a guest is shown out, who is listed until then', async () => {
    await newLink({ role: 'observer', name: 'Ida' })
    const { response, cookie } = await signedIn({ role: 'observer', name: 'Grace' })
    const { operatorId } = operatorView.parse(await response.json())
    const { closed, stream } = await open(cookie)
    const guests = async () => {
      const listed = await fetch(`${gateway.url}/api/sign-in/guests`, { headers: gateway.bearer })
      return gatewayRoutes.guests.answer
        .parse(await listed.json())
        .items.map(({ name, signedInAt }) => [name, signedInAt !== null])
    }
    expect(await guests()).toEqual([
      ['Ida', false],
      ['Grace', true],
    ])
    const revoke = () =>
      fetch(`${gateway.url}/api/sign-in/guests/${operatorId}`, { method: 'DELETE', headers: gateway.bearer })
    expect((await revoke()).status).toBe(204)
    expect((await closed)[0]).toBe(4401)
    await stream
    expect([await guests(), (await me({ cookie })).status, (await revoke()).status]).toEqual([
      [['Ida', false]],
      401,
      404,
    ])
    const [ended] = await operatorEvents(operatorId)
    expect([ended?.type, ended?.metadata.actor.id]).toEqual(['OperatorSignedOut', 'local'])
  })
})

describe('a cookie that came along with what a page of another port asks for', () => {
  test.each([
    [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 401],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, 401],
    [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 401],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 200],
    [{ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, 200],
    [{}, 200],
  ])('%j answers %i', async (headers, status) => {
    const { cookie } = await signedIn()
    // fetch does not let a program choose these headers.
    const { port } = new URL(gateway.url)
    const asked = request({ port, host: '127.0.0.1', path: '/api/sign-in', headers: { cookie, ...headers } }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.resume()
    expect(answer.statusCode).toBe(status)
  })
})

test('ten wrong tokens turn away wrong ones alone, and say for how long', async () => {
  for (let attempt = 0; attempt < 10; attempt++) {
    expect([(await signIn('guessed')).status, (await me({ authorization: 'Bearer guessed' })).status]).toEqual([
      401, 401,
    ])
  }
  for (const refused of [await signIn('guessed'), await me({ authorization: 'Bearer guessed' })]) {
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, expect.any(Number)])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1)
  }
  expect([(await signedIn()).response.status, (await me(gateway.bearer)).status]).toEqual([200, 200])
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
