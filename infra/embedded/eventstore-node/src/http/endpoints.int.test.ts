import { type RequestOptions, request } from 'node:https'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../index.ts'
import { ADMIN, OPS, type SecureNode, startSecureNode } from '../../test/secure-node.ts'

let node: EventStoreNode
beforeAll(async () => {
  node = await startEventStoreNode({ memory: true })
})
afterAll(() => node.close())

const http = async (path: string, method = 'GET') => {
  const response = await fetch(`http://127.0.0.1:${node.port}${path}`, { method })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return { status: response.status, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : undefined }
}

describe('over HTTP', () => {
  test.each([
    ['GET', '/ping', 200],
    ['GET', '/info', 200],
    ['GET', '/gossip', 200],
    ['GET', '/info/options', 200],
    ['GET', '/stats', 200],
    ['GET', '/stats/replication', 200],
    ['GET', '/stats/tcp', 200],
    ['GET', '/stats/proc', 200],
    ['GET', '/metrics', 200],
    ['GET', '/stats/proc/id', 404],
    ['GET', '/stats/nothing', 404],
    ['GET', '/stats/proc?group=false', 400],
    ['GET', '/health/live', 204],
    ['HEAD', '/health/live', 204],
    ['POST', '/health/live', 405],
    ['GET', '/health/ready', 404],
    ['HEAD', '/info', 405],
    ['POST', '/info', 405],
    ['OPTIONS', '/info', 200],
    ['GET', '/', 404],
    ['GET', '/no/such', 404],
    ['POST', '/no/such', 404],
    ['GET', '//', 404],
  ])('%s %s is answered with %i', async (method, path, status) => {
    expect((await http(path, method)).status).toBe(status)
  })

  test('figures come in groups, one group, or one list', async () => {
    expect(Object.keys((await http('/stats')).body!).toSorted()).toEqual(['es', 'proc', 'sys'])
    expect((await http('/stats/proc')).body).toMatchObject({ id: process.pid })
    expect((await http('/stats?group=false')).body).toMatchObject({ 'proc-id': process.pid })
  })

  test('Prometheus reads the same', async () => {
    const response = await fetch(`http://127.0.0.1:${node.port}/metrics`)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/)
    const figures = await response.text()
    expect(figures).toMatch(/^eventstore_checkpoints\{name="writer",read="non-flushed"\} \d+$/m)
    expect(figures).toMatch(/^process_resident_memory_bytes \d+$/m)
  })

  test('the node names its version as files do, and what it cannot', async () => {
    expect((await http('/info')).body).toEqual({
      esVersion: '23.10.6.0',
      state: 'leader',
      features: { projections: true, userManagement: false, atomPub: false },
      authentication: { type: 'insecure', properties: null },
    })
  })
})

test('a node on every address tells clients of one that they can reach', async () => {
  await using wide = await startEventStoreNode({ memory: true, host: '0.0.0.0', insecureOnAnyAddress: true })
  expect(wide.connectionString).toBe(`esdb://127.0.0.1:${wide.port}?tls=false`)
  const answer = await fetch(`http://127.0.0.1:${wide.port}/gossip`)
  expect(await answer.json()).toMatchObject({ members: [{ httpEndPointIp: '127.0.0.1', httpEndPointPort: wide.port }] })
})

describe('over HTTPS', () => {
  let secure: SecureNode
  beforeAll(async () => {
    secure = await startSecureNode()
  })
  afterAll(() => secure[Symbol.asyncDispose]())

  const https = (path: string, auth?: string) =>
    new Promise<{ status: number | undefined; challenge: string | undefined }>((resolve, reject) => {
      const options: RequestOptions = { port: secure.node.port, path, rejectUnauthorized: false, ...(auth && { auth }) }
      const call = request({ host: 'localhost', ...options }, (response) => {
        response.resume()
        resolve({ status: response.statusCode, challenge: response.headers['www-authenticate'] })
      })
      call.once('error', reject).end()
    })

  test.each(['/ping', '/info', '/gossip', '/health/live'])('%s is for anybody', async (path) => {
    expect((await https(path)).status).toBeLessThan(300)
  })

  test('figures are for whoever signs in', async () => {
    expect([await https('/metrics'), await https('/metrics', OPS)]).toMatchObject([{ status: 401 }, { status: 200 }])
    expect(await https('/stats')).toEqual({ status: 401, challenge: 'X-Basic realm="ESDB"' })
    expect([await https('/stats', OPS), await https('/stats', ADMIN)]).toMatchObject([{ status: 200 }, { status: 200 }])
  })

  test('options are for operators', async () => {
    expect((await https('/info/options')).status).toBe(401)
    expect((await https('/info/options', OPS)).status).toBe(200)
  })

  test('a wrong password is refused everywhere but at the health check', async () => {
    expect(await https('/info', 'admin:wrong')).toMatchObject({ status: 401 })
    expect(await https('/health/live', 'admin:wrong')).toMatchObject({ status: 204 })
  })
})
