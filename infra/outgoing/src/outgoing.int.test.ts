import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { Outgoing, OutgoingFault, readNetworks } from './index.ts'

const variable = 'SOME_NETWORKS'
const loopback = new Outgoing({ networks: readNetworks('127.0.0.0/8')!, variable })
const limits = { timeoutMs: 5000, mostBytes: 1000 }

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

async function listening<Listener extends Server>(server: Listener) {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, connections: () => connections }
}

const answering = (status: number, headers: Record<string, string>, body = '') =>
  listening(createHttpServer((_, response) => void response.writeHead(status, headers).end(body)))

const faultOf = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => undefined,
    (fault: unknown) => fault,
  )
  if (!(error instanceof OutgoingFault)) throw new Error('expected an OutgoingFault', { cause: error })
  return { code: error.code, message: error.message }
}
const socketTo = (outgoing: Outgoing, address: string) =>
  outgoing.webSocket(address, { ...limits, attach: () => undefined })

test('what is allowed is spoken with, over HTTP and WebSocket, and a first word is not missed', async () => {
  const { port } = await answering(200, { 'x-one': '1' }, 'hello')
  const { status, body } = await loopback.request(`http://127.0.0.1:${port}/a?b`, limits)
  expect({ status, body: body.toString() }).toEqual({ status: 200, body: 'hello' })

  const server = createHttpServer()
  new WebSocketServer({ server }).on('connection', (socket) => socket.send('at once'))
  const { port: wsPort } = await listening(server)
  const heard: string[] = []
  const socket = await loopback.webSocket(`http://127.0.0.1:${wsPort}/`, {
    ...limits,
    attach: (attached) => attached.on('message', (data) => heard.push(String(data))),
  })
  await expect.poll(() => heard).toEqual(['at once'])
  socket.terminate()
})

test('a name whose answer changes after it was judged is not asked for again', async () => {
  const canary = await answering(200, {}, 'secret')
  let asked = 0
  const lookup = async () => (asked++ === 0 ? ['192.0.2.1'] : ['127.0.0.1'])
  const networks = readNetworks('192.0.2.0/24')!
  const rebound = new Outgoing({ networks, variable, lookup })
  const address = `http://rebinding.example:${canary.port}/`
  // What was judged is tried, and nobody is there.
  const fault = await faultOf(rebound.request(address, { ...limits, timeoutMs: 300 }))
  expect(['TIMED_OUT', 'CONNECTION_REFUSED']).toContain(fault.code)
  expect((await faultOf(socketTo(rebound, address))).code).toBe('ADDRESS_REFUSED')
  expect([asked, canary.connections()]).toEqual([2, 0])
})

test('of a name with several addresses only those that may be reached are tried', async () => {
  const { port, connections } = await answering(200, {}, 'here')
  const lookup = async () => ['10.0.0.1', '127.0.0.1', '::1']
  const mixed = new Outgoing({ networks: readNetworks('127.0.0.0/8')!, variable, lookup })
  const { body } = await mixed.request(`http://mixed.example:${port}/`, limits)
  expect([body.toString(), connections()]).toEqual(['here', 1])
})

test('a redirect is answered as it is over HTTP, and is no WebSocket: it is never followed', async () => {
  const canary = await answering(200, {}, 'secret')
  const { port } = await answering(302, { location: `http://127.0.0.1:${canary.port}/` })
  expect((await loopback.request(`http://127.0.0.1:${port}/`, limits)).status).toBe(302)
  const fault = await faultOf(socketTo(loopback, `ws://127.0.0.1:${port}/`))
  expect(fault.code).toBe('NOT_A_GATEWAY')
  expect(fault.message).toContain('redirects to')
  expect(canary.connections()).toBe(0)
})

test('a refusal names the variable by which it can be allowed', async () => {
  const nowhere = new Outgoing({ networks: readNetworks('')!, variable })
  expect(await faultOf(nowhere.request('http://localhost:1/', limits))).toEqual({
    code: 'ADDRESS_REFUSED',
    message: expect.stringMatching(/^localhost is at (127\.0\.0\.1|::1), which is not on .* SOME_NETWORKS$/),
  })
})

test.each([
  ['nothing listens', 'http://127.0.0.1:1/', 'CONNECTION_REFUSED'],
  ['no such name', 'http://nothing.invalid/', 'NAME_NOT_FOUND'],
  ['a password in it', 'http://a:b@127.0.0.1/', 'ADDRESS_REFUSED'],
  ['another scheme', 'file:///etc/passwd', 'ADDRESS_REFUSED'],
  ['no address at all', 'gateway', 'ADDRESS_REFUSED'],
])('%s: it says so', async (_, address, code) => {
  expect((await faultOf(loopback.request(address, limits))).code).toBe(code)
  expect((await faultOf(socketTo(loopback, address))).code).toBe(code)
})

test('what does not speak TLS, or HTTP, or says nothing at all, is said to', async () => {
  const plain = await answering(200, {})
  expect((await faultOf(loopback.request(`https://127.0.0.1:${plain.port}/`, limits))).code).toBe('TLS_FAILED')
  const other = await listening(createServer((socket) => void socket.end('220 mail ready\r\n')))
  expect((await faultOf(loopback.request(`http://127.0.0.1:${other.port}/`, limits))).code).toBe('NOT_A_GATEWAY')
  const silent = await listening(createServer())
  const address = `http://127.0.0.1:${silent.port}/`
  const short = { ...limits, timeoutMs: 200 }
  expect((await faultOf(loopback.request(address, short))).code).toBe('TIMED_OUT')
  const opening = loopback.webSocket(address, { ...short, attach: () => undefined })
  expect((await faultOf(opening)).code).toBe('TIMED_OUT')
})

test('an answer without end is read no further than was asked for', async () => {
  const { port } = await answering(200, {}, 'x'.repeat(2000))
  expect((await faultOf(loopback.request(`http://127.0.0.1:${port}/`, limits))).message).toContain('1000 bytes')
})

test.each([
  [401, 'UNAUTHORIZED'],
  [404, 'NOT_A_GATEWAY'],
  [200, 'NOT_A_GATEWAY'],
])('a WebSocket that is answered %i', async (status, code) => {
  const { port } = await answering(status, {}, 'no')
  expect((await faultOf(socketTo(loopback, `ws://127.0.0.1:${port}/`))).code).toBe(code)
})
