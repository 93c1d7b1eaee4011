import { Writable } from 'node:stream'
import { once } from 'node:events'
import { connect } from 'node:net'
import { problem, rejectionCodes, route } from '@mosaic/contracts/http'
import { operatorText } from '@mosaic/contracts/agent-session'
import { err, ok } from '@mosaic/contracts/kernel'
import * as fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { addRoute, createHttpApp, type HttpAppOptions, statusOf } from './index.ts'

const say = route({
  method: 'POST',
  path: '/rooms/:room/say',
  role: 'service',
  summary: 'Say something',
  params: z.object({ room: z.string().regex(/^[a-z]+$/) }),
  query: z.object({ times: z.coerce.number().int().min(1).default(1) }),
  body: z.strictObject({ text: operatorText, tags: z.array(z.strictObject({ name: z.string() })).default([]) }),
  answer: z.object({ said: z.string() }),
  status: 202,
})
const stop = route({
  method: 'POST',
  path: '/stop',
  role: 'service',
  summary: 'Stop',
  body: z.strictObject({}),
  answer: z.null(),
  status: 204,
})

let close: (() => Promise<void>) | undefined
afterEach(() => close?.())

function createApp(options: Partial<HttpAppOptions> = {}) {
  const lines: string[] = []
  const sink = new Writable({ write: (chunk, _encoding, done) => (lines.push(String(chunk)), done()) })
  const app = createHttpApp({
    logger: pino({}, sink),
    name: 'test',
    version: '1.2.3',
    health: () => ({ status: 'healthy' }),
    ...options,
  })
  close = () => app.close()
  addRoute(app, say, async ({ params, query, body }) => {
    if (body.text === 'boom') throw new Error('the password is hunter2')
    if (body.text === 'ended')
      return err({ code: 'SESSION_ENDED', message: 'it is over', details: { status: 'killed' } })
    return ok({ said: `${params.room}: ${body.text.repeat(query.times)}` })
  })
  addRoute(app, stop, async () => ok(null))
  const post = (payload: unknown, url = '/rooms/lobby/say') =>
    app.inject({ method: 'POST', url, payload: payload as object })
  return { app, post, lines }
}

const problemIn = (response: { json(): unknown; headers: Record<string, unknown> }) => {
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
  return problem.parse(response.json())
}

describe('a route', () => {
  test('answers with its status and parsed inputs', async () => {
    const response = await createApp().post({ text: 'hi' }, '/rooms/lobby/say?times=2')
    expect([response.statusCode, response.json()]).toEqual([202, { said: 'lobby: hihi' }])
  })

  test('answers 204 without a body, and takes no body for an empty one', async () => {
    const { app } = createApp()
    const response = await app.inject({ method: 'POST', url: '/stop', headers: { 'content-type': 'application/json' } })
    expect([response.statusCode, response.body]).toEqual([204, ''])
  })

  test('answers a rejection with its status from the table', async () => {
    const response = await createApp().post({ text: 'ended' })
    expect(response.statusCode).toBe(409)
    expect(problemIn(response)).toEqual({
      type: 'urn:mosaic:problem:session-ended',
      title: 'Session ended',
      status: 409,
      code: 'SESSION_ENDED',
      detail: 'it is over',
      details: { status: 'killed' },
    })
  })
})

describe('bad input', () => {
  test.each([
    ['a missing field', {}, 'VALIDATION_FAILED', 'text'],
    ['an unknown field', { text: 'hi', txet: 1 }, 'VALIDATION_FAILED', 'txet'],
    ['a field inside a list', { text: 'hi', tags: [{ name: 'a' }, { name: 2 }] }, 'VALIDATION_FAILED', 'tags[1].name'],
    ['blank text', { text: '   ' }, 'VALIDATION_FAILED', 'text'],
    ['an oversize message', { text: 'é'.repeat(40_000) }, 'MESSAGE_TOO_LARGE', 'text'],
  ])('%s names code and field', async (_name, body, code, field) => {
    const response = await createApp().post(body)
    expect(problemIn(response)).toMatchObject({ code, field, status: code === 'MESSAGE_TOO_LARGE' ? 413 : 400 })
  })

  test('all bad fields are listed and no value is repeated', async () => {
    const response = await createApp().post({ text: 5, tags: 'sk-secret' })
    expect(problemIn(response).errors?.map(({ field }) => field)).toEqual(['text', 'tags'])
    expect(response.body).not.toContain('sk-secret')
  })

  test.each([
    ['a bad path parameter', '/rooms/LOBBY/say', 'VALIDATION_FAILED', 'room'],
    ['a bad query parameter', '/rooms/lobby/say?times=0', 'VALIDATION_FAILED', 'times'],
    ['a repeated query parameter', '/rooms/lobby/say?times=1&times=2', 'VALIDATION_FAILED', 'times'],
    ['a query parameter that the route does not know', '/rooms/lobby/say?tmes=2', 'VALIDATION_FAILED', 'tmes'],
    ['an unknown path', '/nowhere?token=secret', 'ROUTE_NOT_FOUND', undefined],
    ['an address that is not percent-encoded', '/rooms/%zz/say', 'VALIDATION_FAILED', undefined],
  ])('%s', async (_name, url, code, field) => {
    const response = await createApp().post({ text: 'hi' }, url)
    expect(problemIn(response)).toMatchObject({ code, ...(field && { field }) })
    expect(response.body).not.toContain('secret')
  })

  test.each([
    ['malformed JSON', 'application/json', '{"text":', 400, 'VALIDATION_FAILED'],
    [
      'JSON that pollutes prototypes',
      'application/json',
      '{"__proto__":{"a":1},"text":"hi"}',
      400,
      'VALIDATION_FAILED',
    ],
    ['another media type', 'text/plain', 'text=hi', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body over the limit', 'application/json', JSON.stringify({ text: 'a'.repeat(2_000) }), 413, 'BODY_TOO_LARGE'],
  ])('%s', async (_name, contentType, payload, status, code) => {
    const { app } = createApp({ bodyLimit: 1000 })
    const headers = { 'content-type': contentType }
    const response = await app.inject({ method: 'POST', url: '/rooms/lobby/say', headers, payload })
    expect([response.statusCode, problemIn(response).code]).toEqual([status, code])
  })

  test('bytes that are no HTTP are answered with a problem on the bare socket', async () => {
    const { app } = createApp()
    await app.listen({ host: '127.0.0.1', port: 0 })
    const address = app.server.address() as { port: number }
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(address.port, '127.0.0.1', () => socket.write('\u0000\r\n\r\n'))
      let text = ''
      socket.on('data', (chunk) => (text += chunk)).on('close', () => resolve(text))
    })
    expect(answer).toContain('application/problem+json')
    expect(problem.parse(JSON.parse(answer.split('\r\n\r\n')[1]!))).toMatchObject({ code: 'VALIDATION_FAILED' })
  })

  test('no generated body brings about a 5xx', async () => {
    const { post } = createApp()
    const body = fc.oneof(fc.jsonValue(), fc.record({ text: fc.anything(), tags: fc.jsonValue() }))
    await fc.assert(
      fc.asyncProperty(body, async (generated) => {
        const payload = JSON.parse(
          JSON.stringify(generated, (_key, value) => (typeof value === 'bigint' ? 0 : value)) ?? 'null',
        )
        const text = JSON.stringify(payload)
        fc.pre(!text.includes('"boom"'))
        const response = await post(payload ?? {})
        expect(response.statusCode).toBeLessThan(500)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a fault', () => {
  test('answers 500 without a word from inside, and is logged', async () => {
    const { post, lines } = createApp()
    const response = await post({ text: 'boom' })
    expect(response.statusCode).toBe(500)
    expect(response.body).not.toMatch(/hunter2|at |Error/)
    const { code, details } = problemIn(response)
    expect(code).toBe('INTERNAL')
    const logged = lines.find((line) => line.includes('hunter2'))
    expect(logged).toContain(String(details?.['requestId']))
    expect(JSON.parse(logged!)).toMatchObject({ path: say.path, params: { room: 'lobby' } })
  })

  test('that is known is answered as the refusal it stands for', async () => {
    const { post } = createApp({ rejectionOfFault: () => ({ code: 'STORE_UNAVAILABLE', message: 'no event store' }) })
    const response = await post({ text: 'boom' })
    expect([response.statusCode, problemIn(response).code, response.headers['retry-after']]).toEqual([
      503,
      'STORE_UNAVAILABLE',
      '1',
    ])
  })
})

test.each([
  ['headers', 'POST /rooms/lobby/say HTTP/1.1\r\nHost: a\r\n'],
  [
    'a body',
    'POST /rooms/lobby/say HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
  ],
])('%s that never come to an end are cut off', async (_what, begun) => {
  const { app } = createApp({ arrivalMs: 200 })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  const gone = once(socket, 'close')
  socket.write(begun)
  await gone
  expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[^]*"code":"REQUEST_TOO_SLOW"/)
  await app.close()
})

test('a connection that was opened and never used does not hold up the stop', async () => {
  const { app } = createApp()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const socket = connect(port, '127.0.0.1')
  const gone = once(socket, 'close')
  await once(app.server, 'connection')
  const startedAt = performance.now()
  await app.close()
  await gone
  expect(performance.now() - startedAt).toBeLessThan(30_000)
})

describe('health', () => {
  test.each([
    ['healthy', 200],
    ['degraded', 200],
    ['unhealthy', 503],
  ] as const)('%s answers %i', async (status, code) => {
    const { app } = createApp({ health: () => ({ status, lag: 3 }) })
    const response = await app.inject('/health')
    expect(response.statusCode).toBe(code)
    expect(response.json()).toMatchObject({ status, lag: 3, version: '1.2.3', uptime: expect.any(Number) })
  })
})

describe('metrics', () => {
  test('name the route that was found, never the address that was asked for', async () => {
    const { app, post } = createApp()
    await post({ text: 'hi' }, '/rooms/kitchen/say')
    await app.inject('/who/knows')
    const { body, headers } = await app.inject('/metrics')
    expect(headers['content-type']).toMatch(/^text\/plain; version=/)
    const counted = 'mosaic_http_request_duration_seconds_count'
    expect(body).toMatch(`${counted}{method="POST",route="/rooms/:room/say",status="202"}`)
    expect(body).toMatch(`${counted}{method="GET",route="unknown",status="404"}`)
    expect(body).not.toContain('kitchen')
  })
})

test('every code has a status that says it is a refusal', () => {
  for (const code of rejectionCodes) expect(statusOf[code]).toBeGreaterThanOrEqual(400)
})
