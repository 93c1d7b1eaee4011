import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { problem } from '@mosaic/contracts/http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestGateway } from '../../test/gateway.ts'

const dataFolder = mkdtempSync(join(tmpdir(), 'mosaic-console-'))
let gateway: Awaited<ReturnType<typeof startTestGateway>>
beforeAll(async () => {
  mkdirSync(join(dataFolder, 'console/assets'), { recursive: true })
  writeFileSync(join(dataFolder, 'console/index.html'), '<title>Mosaic</title>')
  writeFileSync(join(dataFolder, 'console/assets/main-1a2b.js'), 'export {}')
  // Named after what they stand for: nobody decodes them here.
  writeFileSync(join(dataFolder, 'console/assets/main-1a2b.js.br'), 'br')
  writeFileSync(join(dataFolder, 'console/assets/main-1a2b.js.gz'), 'gzip')
  gateway = await startTestGateway({ dataFolder })
})
afterAll(async () => {
  await gateway.close()
  rmSync(dataFolder, { recursive: true })
})

/** What goes over the wire, as fetch would not show it. */
async function rawGet(path: string, accepted: string) {
  const [response] = (await once(
    request(gateway.url + path, { headers: { 'accept-encoding': accepted } }).end(),
    'response',
  )) as [IncomingMessage]
  let body = ''
  for await (const chunk of response) body += chunk
  return { headers: response.headers, body }
}

const get = (path: string, method = 'GET') => fetch(gateway.url + path, { method })

test.each(['/', '/mission-control', '/sessions/0190d1c8-0000-7000-8000-000000000001', '/login?to=%2Faudit'])(
  '%s is the console, and asked for anew each time',
  async (path) => {
    const response = await get(path)
    expect([response.status, await response.text()]).toEqual([200, '<title>Mosaic</title>'])
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('content-type')).toContain('text/html')
  },
)

test('what has a hash in its name is kept for a year', async () => {
  const { status, headers } = await get('/assets/main-1a2b.js')
  expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
  expect((await get('/assets/main-1a2b.js', 'HEAD')).status).toBe(200)
})

test.each([
  ['br, gzip', 'br'],
  ['gzip', 'gzip'],
  ['', null],
])('where it was compressed, who accepts %j gets %s', async (accepted, encoding) => {
  const { headers, body } = await rawGet('/assets/main-1a2b.js', accepted)
  expect([headers['content-encoding'] ?? null, body, headers['vary'], headers['content-type']]).toEqual([
    encoding,
    encoding ?? 'export {}',
    'accept-encoding',
    expect.stringContaining('javascript'),
  ])
})

test.each(['/assets/main-old.js', '/favicon.png', '/api/nothing', '/ws/x'])('%s is not there', async (path) => {
  const response = await get(path)
  expect([response.status, problem.parse(await response.json()).code]).toEqual([404, 'ROUTE_NOT_FOUND'])
})

test.each(['/..%2ftoken', '/assets/..%2f..%2ftoken', '/..%5c..%5ctoken'])('%s leads to no secret', async (path) => {
  const response = await get(path)
  expect([200, 400, 404]).toContain(response.status)
  expect(await response.text()).not.toContain('mosaic_')
})
