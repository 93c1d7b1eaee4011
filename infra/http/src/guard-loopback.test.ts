import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createHttpApp, guardLoopback } from './index.ts'

function createApp(boundTo = '127.0.0.1', allowHosts: string[] = []) {
  const app = createHttpApp({
    logger: pino({ level: 'silent' }),
    name: 'test',
    version: '1',
    health: () => ({ status: 'healthy' }),
  })
  guardLoopback(app, { boundTo, allowHosts })
  app.post('/act', async () => 'done')
  return async (headers: Record<string, string>, method: 'GET' | 'POST' = 'POST') => {
    const url = method === 'GET' ? '/health' : '/act'
    return (await app.inject({ method, url, headers })).statusCode
  }
}

describe('guardLoopback', () => {
  test.each(['localhost', 'localhost:3000', '127.0.0.1:3000', '127.8.8.8', '[::1]:3000'])(
    'lets %s in',
    async (host) => {
      expect(await createApp()({ host })).toBe(200)
    },
  )

  test.each(['evil.example', 'localhost.evil.example:3000', '10.0.0.1', '127.0.0.1.nip.io', '0x7f.evil', '%'])(
    'refuses the host %s',
    async (host) => {
      expect(await createApp()({ host })).toBe(403)
    },
  )

  test('lets a named host in', async () => {
    expect(await createApp('127.0.0.1', ['mosaic.example'])({ host: 'mosaic.example' })).toBe(200)
  })

  test('asks nothing of the Host header when bound to an outside address', async () => {
    expect(await createApp('0.0.0.0')({ host: 'mosaic.example' })).toBe(200)
  })

  test.each([
    ['http://localhost:3000', 200],
    ['http://localhost:5173', 403],
    ['http://evil.example', 403],
    ['null', 403],
  ])('an Origin %s answers %i', async (origin, status) => {
    expect(await createApp()({ host: 'localhost:3000', origin })).toBe(status)
  })

  test.each([
    ['same-origin', 'POST', 200],
    ['none', 'POST', 200],
    ['same-site', 'POST', 403],
    ['cross-site', 'POST', 403],
    ['cross-site', 'GET', 200],
  ] as const)('Sec-Fetch-Site %s on %s answers %i', async (site, method, status) => {
    expect(await createApp()({ host: 'localhost', 'sec-fetch-site': site }, method)).toBe(status)
  })
})
