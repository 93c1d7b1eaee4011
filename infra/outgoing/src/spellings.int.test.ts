import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Outgoing, OutgoingFault, readNetworks } from './index.ts'

/** Sees everybody who comes to this machine, whatever the address. */
const canary = createServer((socket) => {
  seen++
  socket.destroy()
})
let seen = 0
let port: number

beforeAll(async () => {
  canary.listen(0, '::')
  await once(canary, 'listening')
  port = (canary.address() as AddressInfo).port
})
afterAll(() => canary.close())

/** Of this machine, its network, a cloud's metadata, and what is no place at all. */
const forbidden = [
  [127, 0, 0, 1],
  [127, 1, 2, 3],
  [127, 255, 255, 254],
  [0, 0, 0, 0],
  [10, 0, 0, 1],
  [10, 255, 0, 7],
  [172, 16, 0, 1],
  [172, 31, 255, 1],
  [192, 168, 0, 1],
  [192, 168, 255, 9],
  [169, 254, 169, 254],
  [169, 254, 170, 2],
  [100, 64, 0, 1],
  [100, 100, 100, 200],
  [168, 63, 129, 16],
  [198, 18, 0, 1],
  [224, 0, 0, 1],
  [255, 255, 255, 255],
] as const
const forbidden6 = [
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  'fc00::5',
  'fd00:ec2::254',
  'ff02::1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:db8::1',
]

const radices = [
  (part: number) => String(part),
  (part: number) => `0x${part.toString(16)}`,
  (part: number) => `0X${part.toString(16).toUpperCase()}`,
  (part: number) => `0${part.toString(8)}`,
  (part: number) => `000${part.toString(8)}`,
]
const fullwidth = (text: string) =>
  text.replaceAll(/[0-9.]/g, (one) => (one === '.' ? '。' : '０１２３４５６７８９'[Number(one)]!))

function* spellings([a, b, c, d]: readonly [number, number, number, number]): Generator<string> {
  const whole = ((a * 256 + b) * 256 + c) * 256 + d
  for (const first of radices) {
    yield first(whole)
    yield `${first(a)}.${first((b * 256 + c) * 256 + d)}`
    yield `${first(a)}.${first(b)}.${first(c * 256 + d)}`
    for (const last of radices) {
      yield [first(a), first(b), first(c), last(d)].join('.')
      yield [last(a), first(b), last(c), first(d)].join('.')
    }
  }
  const dotted = [a, b, c, d].join('.')
  yield `${dotted}.`
  yield fullwidth(dotted)
  yield [...dotted].map((one) => `%${one.codePointAt(0)!.toString(16)}`).join('')
  const [high, low] = [(a * 256 + b).toString(16), (c * 256 + d).toString(16)]
  for (const mapped of [
    `::ffff:${dotted}`,
    `::ffff:${high}:${low}`,
    `0:0:0:0:0:ffff:${high}:${low}`,
    `::${dotted}`,
    `64:ff9b::${dotted}`,
    `2002:${high}:${low}::`,
  ])
    yield `[${mapped}]`
}

const names = ['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'inside.example', 'xn--inside.example']

const all = [
  ...new Set([
    ...forbidden.flatMap((address) => [...spellings(address)]),
    ...forbidden6.map((one) => `[${one}]`),
    ...names,
  ]),
]

test('no spelling of an address that nobody allowed is connected to, over HTTP or WebSocket, with or without TLS', async () => {
  expect(all.length).toBeGreaterThanOrEqual(1000)
  const outgoing = new Outgoing({
    networks: readNetworks('')!,
    variable: 'SOME_NETWORKS',
    lookup: async (host) => (host.includes('inside') ? ['10.0.0.1', '::1', '127.0.0.1'] : ['127.0.0.1', '::1']),
  })
  const limits = { timeoutMs: 2000, mostBytes: 100 }
  const asked = all.flatMap((host) => [
    outgoing.request(`http://${host}:${port}/`, limits),
    outgoing.request(`https://${host}:${port}/`, limits),
    outgoing.webSocket(`ws://${host}:${port}/`, { ...limits, attach: () => undefined }),
    outgoing.webSocket(`wss://${host}:${port}/`, { ...limits, attach: () => undefined }),
  ])
  const outcomes = await Promise.allSettled(asked)
  const codes = outcomes.map((one) =>
    one.status === 'rejected' && one.reason instanceof OutgoingFault ? one.reason.code : one,
  )
  expect(new Set(codes)).toEqual(new Set(['ADDRESS_REFUSED']))
  expect(seen).toBe(0)
})

test('the canary sees who is let through', async () => {
  const outgoing = new Outgoing({ networks: readNetworks('127.0.0.0/8')!, variable: 'SOME_NETWORKS' })
  await expect(outgoing.request(`http://2130706433:${port}/`, { timeoutMs: 2000, mostBytes: 100 })).rejects.toThrow()
  expect(seen).toBe(1)
})
