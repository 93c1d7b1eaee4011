import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect as connectTcp, createServer as createPlainServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { eventually } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { LoopbackServer } from '../../test/loopback-server.ts'
import { TestWayOut } from '../../test/way-out-client.ts'
import { upstreamProxy } from './upstream-proxy.ts'

const get = (url: string, headers = '') =>
  `GET ${url} HTTP/1.1\r\nHost: liar.example\r\n${headers}Connection: close\r\n\r\n`

test('a tunnel takes bytes there and back, to the end of both', async () => {
  await using server = await LoopbackServer.echo()
  await using way = await TestWayOut.open([`127.0.0.1:${server.port}`])
  const client = await way.tunnel(`127.0.0.1:${server.port}`)
  const sent = 'x'.repeat(1_000_000)
  client.end(sent)
  expect(await text(client)).toBe(sent)
  await eventually('the server is left', () => server.sockets.size === 0)
  await way.wayOut.close()
  expect(way.told).toMatchObject([
    {
      host: '127.0.0.1',
      port: server.port,
      outcome: 'allowed',
      reason: null,
      count: 1,
      bytesSent: 1_000_000,
      bytesReceived: 1_000_000,
    },
  ])
})

test('a plain request is sent on as if it were ours, and its answer comes back', async () => {
  await using server = await LoopbackServer.http((request, response) => {
    void text(request).then((body) =>
      response.end(JSON.stringify({ url: request.url, headers: request.headers, body })),
    )
  })
  await using way = await TestWayOut.open([`127.0.0.1:${server.port}`])
  const url = `http://127.0.0.1:${server.port}/a?b=c`
  const posted = `POST ${url} HTTP/1.1\r\nHost: liar.example\r\nContent-Length: 4\r\nX-Other: yes\r\nProxy-Authorization: Basic secret\r\nX-Hop: no\r\nConnection: close, X-Hop\r\n\r\nbody`
  const answer = await way.ask(posted)
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK/)
  const { headers, ...rest } = JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1))
  expect(rest).toEqual({ url: '/a?b=c', body: 'body' })
  expect(headers).toMatchObject({ host: `127.0.0.1:${server.port}`, 'x-other': 'yes' })
  expect(Object.keys(headers)).not.toContain('x-hop')
  expect(Object.keys(headers)).not.toContain('proxy-authorization')
})

test('no form of a host reaches what is not allowed, and the canary sees nobody', async () => {
  await using canary = await LoopbackServer.http((_, response) => response.end('reached'))
  const { port } = canary
  const names = {
    'rebound.example.org': '127.0.0.1',
    'mapped.example.org': '::ffff:127.0.0.1',
    'metadata.example.org': '169.254.169.254',
    'any.example.org': '0.0.0.0',
  }
  await using way = await TestWayOut.open([`*.example.org:${port}`, 'example.org', '127.0.0.2:1'], names)
  const hosts = [
    '127.0.0.1',
    'localhost',
    'LOCALHOST.',
    'x.localhost',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '0',
    '0.0.0.0',
    '169.254.169.254',
    ...Object.keys(names),
  ]
  for (const host of hosts) {
    expect(await way.ask(`CONNECT ${host}:${port} HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /)
    expect(await way.ask(get(`http://${host}:${port}/`))).toMatch(/^HTTP\/1\.1 403 /)
  }
  const odd = [
    'http://example.org@127.0.0.1:PORT/',
    'http://127.0.0.1:PORT#@example.org/',
    '//127.0.0.1:PORT/',
    '/',
    '*',
  ]
  for (const url of [...odd, 'https://example.org/', 'ftp://example.org/', 'file:///etc/passwd']) {
    expect(await way.ask(get(url.replace('PORT', String(port))))).not.toMatch(/^HTTP\/1\.1 200 /)
  }
  for (const target of [
    `127.0.0.1:${port}@example.org:443`,
    `example.org:443#127.0.0.1:${port}`,
    'example.org',
    '',
    ':1',
  ]) {
    expect(await way.ask(`CONNECT ${target} HTTP/1.1\r\n\r\n`)).not.toMatch(/^HTTP\/1\.1 200 /)
  }
  expect(canary.connections).toBe(0)
})

test.each([
  ['a status that HTTP does not know', 'HTTP/1.1 099 No\r\nContent-Length: 2\r\n\r\nhi'],
  ['no status', 'HTTP/1.1 000 No\r\nContent-Length: 2\r\n\r\nhi'],
  ['another protocol', 'HTTP/1.1 101 Go\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n'],
])('a server that answered with %s ended the orchestrator, or was waited for', async (_, answer) => {
  const server = createPlainServer((socket) => void socket.once('data', () => socket.end(answer)))
  await using hostile = await LoopbackServer.start(server)
  await using way = await TestWayOut.open([`127.0.0.1:${hostile.port}`])
  expect(await way.ask(get(`http://127.0.0.1:${hostile.port}/`))).toBe('')
})

test('a redirect is a request of its own', async () => {
  await using canary = await LoopbackServer.http((_, response) => response.end('reached'))
  await using server = await LoopbackServer.http((_, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${canary.port}/` }).end(),
  )
  await using way = await TestWayOut.open([`127.0.0.1:${server.port}`])
  expect(await way.ask(get(`http://127.0.0.1:${server.port}/`))).toContain(`location: http://127.0.0.1:${canary.port}/`)
  expect(canary.connections).toBe(0)
})

test('a second request, or bytes of another, do not ride along with an allowed one', async () => {
  await using canary = await LoopbackServer.http((_, response) => response.end('reached'))
  await using server = await LoopbackServer.http((_, response) => response.end('answer'))
  await using way = await TestWayOut.open([`127.0.0.1:${server.port}`])
  const allowed = `http://127.0.0.1:${server.port}/`
  const second = get(`http://127.0.0.1:${canary.port}/`)
  const keepAlive = `GET ${allowed} HTTP/1.1\r\nHost: a\r\n\r\n`
  expect(await way.ask(keepAlive + second)).toContain('is not among the hosts')
  await way.ask(
    `POST ${allowed} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${second}`,
  )
  expect(canary.connections).toBe(0)
})

const greet = async (way: TestWayOut, target: string, servername: string | undefined) => {
  const socket = await way.tunnel(target)
  const client = connectTls({ socket, ...(servername && { servername }), rejectUnauthorized: false })
  client.on('error', () => undefined)
  await once(socket, 'close')
}

test.each([['other.example.org'], [undefined]])(
  'TLS that asks for %s is ended before a byte of it goes out',
  async (name) => {
    await using server = await LoopbackServer.echo()
    const hosts = [`allowed.example.org:${server.port}`, `127.0.0.1:${server.port}`]
    await using way = await TestWayOut.open(hosts, { 'allowed.example.org': '127.0.0.1' })
    await greet(way, `allowed.example.org:${server.port}`, name)
    expect(server.received).toBe('')
    await way.wayOut.close()
    expect(way.told).toContainEqual(
      expect.objectContaining({
        host: 'allowed.example.org',
        outcome: 'refused',
        reason: 'SERVER_NAME_MISMATCH',
        count: 1,
      }),
    )
  },
)

test('TLS that asks for the allowed host goes through', async () => {
  await using server = await LoopbackServer.echo()
  const hosts = [`allowed.example.org:${server.port}`, `127.0.0.1:${server.port}`]
  await using way = await TestWayOut.open(hosts, { 'allowed.example.org': '127.0.0.1' })
  const socket = await way.tunnel(`allowed.example.org:${server.port}`)
  connectTls({ socket, servername: 'Allowed.Example.org' }).on('error', () => undefined)
  await eventually('its bytes', () => server.received.includes('llowed.'))
})

test('a greeting that never ends is not waited for without end', async () => {
  await using server = await LoopbackServer.echo()
  await using way = await TestWayOut.open([`127.0.0.1:${server.port}`])
  const client = await way.tunnel(`127.0.0.1:${server.port}`)
  client.write(
    Buffer.concat(
      Array.from({ length: 400 }, () => Buffer.from([22, 3, 1, 0, 50, 1, 0xff, 0xff, 0xff, ...Buffer.alloc(46)])),
    ),
  )
  await once(client, 'close')
  expect(server.received).toBe('')
})

test('a cut ends what is open, what is being looked up and what comes later', async () => {
  await using server = await LoopbackServer.echo()
  await using way = await TestWayOut.open([`127.0.0.1:${server.port}`, 'slow.example.org'])
  const clients = await Promise.all(Array.from({ length: 20 }, () => way.tunnel(`127.0.0.1:${server.port}`)))
  const closed = Promise.all(clients.map((client) => once(client.resume(), 'close')))
  const slow = way.ask('CONNECT slow.example.org:443 HTTP/1.1\r\n\r\n')
  way.wayOut.cut()
  await closed
  expect(await slow).not.toContain('200')
  await eventually('the server is left', () => server.sockets.size === 0)
  const late = connectTcp({ path: way.socket })
  await expect(once(late, 'connect')).rejects.toThrow()
})

test('connections to hosts that are allowed no longer are cut, others stay', async () => {
  await using setup = await LoopbackServer.echo()
  await using work = await LoopbackServer.echo()
  await using way = await TestWayOut.open([`127.0.0.1:${setup.port}`, `127.0.0.1:${work.port}`])
  const [first, second] = [await way.tunnel(`127.0.0.1:${setup.port}`), await way.tunnel(`127.0.0.1:${work.port}`)]
  const cut = once(first.resume(), 'close')
  way.wayOut.allow([`127.0.0.1:${work.port}`])
  await cut
  second.write('still there')
  expect(String(await once(second, 'data'))).toBe('still there')
  await expect(way.tunnel(`127.0.0.1:${setup.port}`)).rejects.toThrow('403')
})

test('more connections at once than there may be are turned away and counted', async () => {
  await using server = await LoopbackServer.echo()
  await using way = await TestWayOut.open([`127.0.0.1:${server.port}`])
  const clients = await Promise.all(Array.from({ length: 128 }, () => way.tunnel(`127.0.0.1:${server.port}`)))
  await Promise.all(Array.from({ length: 20 }, () => once(way.client().resume(), 'close')))
  expect(server.connections).toBe(128)
  clients[0]!.destroy()
  await eventually('there is room again', () => server.sockets.size === 127)
  await (await way.tunnel(`127.0.0.1:${server.port}`)).end()
  await way.wayOut.close()
  expect(way.told).toContainEqual(expect.objectContaining({ host: null, reason: 'TOO_MANY_CONNECTIONS', count: 20 }))
})

test('3,000 attempts at made-up hosts are a few facts', async () => {
  await using way = await TestWayOut.open(['example.org'])
  for (let n = 0; n < 3_000; n += 100) {
    const asked = Array.from({ length: 100 }, (_, at) => way.ask(`CONNECT n${n + at}.evil.org:443 HTTP/1.1\r\n\r\n`))
    await Promise.all(asked)
  }
  await way.wayOut.close()
  expect(way.told.length).toBeLessThan(150)
  expect(way.told.reduce((sum, { count }) => sum + count, 0)).toBe(3_000)
})

test('behind a company’s proxy everything goes through that, with its credentials', async () => {
  await using server = await LoopbackServer.echo()
  const asked: unknown[] = []
  const proxy = createServer().on('connect', (request, client) => {
    asked.push([request.url, request.headers['proxy-authorization']])
    const onward = connectTcp(server.port, '127.0.0.1')
    client.write('HTTP/1.1 200 OK\r\n\r\n')
    client.pipe(onward).pipe(client)
  })
  await using corporate = await LoopbackServer.start(proxy)
  const upstream = upstreamProxy(`http://user:word@127.0.0.1:${corporate.port}`)
  await using way = await TestWayOut.open(['example.org'], {}, upstream)
  const client = await way.tunnel('example.org:443')
  client.write('through')
  expect(String(await once(client, 'data'))).toBe('through')
  expect(asked).toEqual([['example.org:443', `Basic ${btoa('user:word')}`]])
  await expect(way.tunnel('evil.org:443')).rejects.toThrow('403')
})
