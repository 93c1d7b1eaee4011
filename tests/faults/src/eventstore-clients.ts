// Bad clients. `node eventstore-clients.ts [--connections 10000]`
// Thousands of connections that are dropped at any stage, clients that subscribe and never read, clients that vanish without
// a word, appends that are never finished. Passes when the node goes on serving good clients, closes what is dead and gives
// the memory back. Ends with `N passed, N failed`.
import { randomUUID } from 'node:crypto'
import { readFileSync, mkdtempSync, rmSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { EventStoreDBClient, jsonEvent, START } from '@eventstore/db-client'
import { freePort, startNode } from './eventstore-process.ts'

const { values } = parseArgs({ options: { connections: { type: 'string' } } })
const total = Number(values.connections ?? 10_000)
const AT_ONCE = 250
const DEAF = 100
const MOST_GROWTH_MB = 150
const PATIENCE_MS = 40_000
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])

const folder = mkdtempSync(join(tmpdir(), 'eventstore-clients-'))
const port = await freePort()
const node = await startNode(join(folder, 'store'), port)
const good = EventStoreDBClient.connectionString(node.url)
let [passed, failed] = [0, 0]

const check = (what: string, holds: boolean, detail: string): void => {
  if (holds) passed++
  else failed++
  console.log(`${holds ? '✓' : '✗'} ${what}: ${detail}`)
}
const megabytes = (): number => {
  const [rss = '0'] = /(?<=VmRSS:\s+)\d+/.exec(readFileSync(`/proc/${node.child.pid}/status`, 'utf8')) ?? []
  return Math.round(Number(rss) / 1024)
}
const figures = async (): Promise<{ connections: number; openCalls: number }> => {
  const answer = await fetch(`http://127.0.0.1:${port}/stats`)
  const stats = (await answer.json()) as { proc: { tcp: { connections: number } }; es: { openCalls: number } }
  return { connections: stats.proc.tcp.connections, openCalls: stats.es.openCalls }
}
/** Waits until the figures are as they should be; answers how long it took. */
async function until(holds: (now: Awaited<ReturnType<typeof figures>>) => boolean): Promise<number | undefined> {
  const start = Date.now()
  while (Date.now() - start < PATIENCE_MS) {
    if (holds(await figures())) return Date.now() - start
    await pause(100)
  }
  return undefined
}
const fill = async (stream: string, events: number): Promise<void> => {
  const filler = 'x'.repeat(2000)
  for (let n = 0; n < events; n += 250) {
    const batch = Array.from({ length: 250 }, () => jsonEvent({ type: 'Filled', data: { filler } }))
    await good.appendToStream(stream, batch)
  }
}
const goodClientIsServed = async (): Promise<boolean> => {
  const stream = `good-${randomUUID()}`
  await good.appendToStream(stream, jsonEvent({ type: 'Good', data: {} }))
  for await (const { event } of good.readStream(stream)) if (event?.type === 'Good') return true
  return false
}

/** Bytes that a client may send before it goes away: nothing, half a preface, nonsense, half a request. */
const WORDS: readonly (string | Buffer)[] = [
  '',
  PREFACE.slice(0, 7),
  PREFACE,
  Buffer.concat([Buffer.from(PREFACE), SETTINGS]),
  Buffer.concat([Buffer.from(PREFACE), SETTINGS, Buffer.from([0, 0, 100, 1, 4, 0, 0, 0, 1, 0x82])]),
  'GET /stats HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET /stats HTTP/1.1\r\nhost',
  '\0\x01\x02\x03\xff',
]

const knock = (words: string | Buffer): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(words, () => setImmediate(() => socket.destroy()))
    })
    socket.on('error', () => {}).once('close', () => resolve())
  })

async function droppedConnections(): Promise<void> {
  const before = megabytes()
  for (let n = 0; n < total; n += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => knock(WORDS[(n + i) % WORDS.length]!)))
  }
  const ms = await until(({ connections }) => connections <= 1)
  const growth = megabytes() - before
  check(`${total} connections dropped at any stage`, ms !== undefined, `none left after ${ms} ms`)
  check('their memory comes back', growth < MOST_GROWTH_MB, `${before} MB before, ${growth} MB more after`)
  check('a good client is served', await goodClientIsServed(), 'append and read')
}

/** Passes bytes on until it is told to hold its breath: then it reads no more from the node, and says nothing. */
async function startProxy(): Promise<{ url: string; hold(): void; close(): void }> {
  const sockets = new Set<Socket>()
  const upstreams: Socket[] = []
  const server: Server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket.on('error', () => {}))
    }
    upstreams.push(upstream)
    client.pipe(upstream).pipe(client)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    hold: () => {
      for (const upstream of upstreams) upstream.unpipe().pause()
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const SUBSCRIBE_TO_ALL = Buffer.from([0, 0, 0, 0, 12, 0x0a, 10, 0x12, 2, 0x12, 0, 0x32, 0, 0x42, 0, 0x4a, 0])

/** A call on a connection of its own, with a window that would take everything. */
function openCall(url: string, method: 'Read' | 'BatchAppend') {
  const session = connectHttp2(url, { settings: { initialWindowSize: 2 ** 31 - 1 } })
  session.on('error', () => {})
  const call = session.request({
    ':method': 'POST',
    ':path': `/event_store.client.streams.Streams/${method}`,
    'content-type': 'application/grpc',
    te: 'trailers',
  })
  call.on('error', () => {}).on('data', () => {})
  return { session, call }
}

/** Subscribes to $all. */
function subscribeRaw(url: string): void {
  const { call } = openCall(url, 'Read')
  const options = SUBSCRIBE_TO_ALL.subarray(5)
  call.write(Buffer.concat([Buffer.from([0, 0, 0, 0, options.length + 4]), options, Buffer.from([0x4a, 2, 0x12, 0])]))
}

async function deafSubscribers(): Promise<void> {
  await fill('before', 1000)
  const before = megabytes()
  const proxy = await startProxy()
  for (let n = 0; n < DEAF; n++) subscribeRaw(proxy.url)
  const there = await until(({ openCalls }) => openCalls >= DEAF)
  check(`${DEAF} clients subscribe to $all`, there !== undefined, `after ${there} ms`)
  proxy.hold()
  await fill('deaf', 20_000)
  const growth = megabytes() - before
  check('nothing is buffered for who does not read', growth < MOST_GROWTH_MB, `${growth} MB more after 40 MB of events`)
  check('a good client is served', await goodClientIsServed(), 'append and read')
  let seen = 0
  const subscription = good.subscribeToAll({ fromPosition: START })
  for await (const _ of subscription) if (++seen === 20_000) break
  await subscription.unsubscribe()
  check('a good subscriber gets everything', seen === 20_000, `${seen} events`)
  // They do not answer pings either: the node must notice by itself.
  const ms = await until(({ connections }) => connections <= 1)
  check('who answers no ping is dropped', ms !== undefined, `after ${ms} ms`)
  const left = megabytes() - before
  check('the memory comes back', left < MOST_GROWTH_MB, `${left} MB more than before`)
  proxy.close()
}

/** A chunk of a batch append with one event in it, never the last. */
async function unfinishedAppends(): Promise<void> {
  const before = megabytes()
  const { session, call } = openCall(`http://127.0.0.1:${port}`, 'BatchAppend')
  const id = Buffer.from(`\n&\x12$${randomUUID()}`, 'latin1')
  const field = (tag: number, bytes: Buffer) => {
    const head = Buffer.from([
      tag,
      (bytes.length & 0x7f) | 0x80,
      ((bytes.length >> 7) & 0x7f) | 0x80,
      bytes.length >> 14,
    ])
    return Buffer.concat([head, bytes])
  }
  const proposed = Buffer.concat([
    id,
    Buffer.from('\x12\x09\n\x04type\x12\x01T\x12\x20\n\x0ccontent-type\x12\x10application/json', 'latin1'),
    field(0x22, Buffer.alloc(500_000, '"')),
  ])
  const message = Buffer.concat([id, field(0x1a, proposed)])
  const frame = Buffer.alloc(5)
  frame.writeUInt32BE(message.length, 1)
  for (let n = 0; n < 200; n++) {
    if (!call.write(Buffer.concat([frame, message]))) {
      await Promise.race([new Promise((resolve) => call.once('drain', resolve)), pause(2000)])
    }
  }
  const growth = megabytes() - before
  check('an append without end is not kept', growth < MOST_GROWTH_MB, `${growth} MB more after 100 MB of it`)
  session.destroy()
  check('a good client is served', await goodClientIsServed(), 'append and read')
}

try {
  await fill('warm', 2000)
  await droppedConnections()
  await deafSubscribers()
  await unfinishedAppends()
} finally {
  await Promise.race([good.dispose(), pause(1000)])
  const code = await node.stop()
  check('the node stops when asked to', code === 0, `exit code ${code}`)
  rmSync(folder, { recursive: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
