import { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { readGreeting } from './client-hello.ts'

/** What a real client sends first. */
async function helloFor(servername?: string): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  const wire = new Duplex({ read: () => undefined, write: (bytes: Buffer) => resolve(bytes) })
  connect({ socket: wire, ...(servername && { servername }) }).on('error', () => undefined)
  const hello = await promise
  wire.destroy()
  return hello
}

let named: Buffer
beforeAll(async () => {
  named = await helloFor('Registry.Example.ORG')
})

/** The same handshake in records of these sizes. */
function inRecords(hello: Buffer, sizes: readonly number[]): Buffer {
  const message = hello.subarray(5)
  const records: Buffer[] = []
  for (let at = 0, n = 0; at < message.length; n++) {
    const part = message.subarray(at, at + sizes[n % sizes.length]!)
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part)
    at += part.length
  }
  return Buffer.concat(records)
}

test('a real client’s server name is read', async () => {
  expect(readGreeting(named)).toEqual({ kind: 'tls', serverName: 'registry.example.org' })
  expect(readGreeting(await helloFor())).toEqual({ kind: 'tls', serverName: null })
})

test('wherever it is cut, the answer is the same, and none before it is whole', () => {
  for (let length = 0; length < named.length; length++) {
    expect(readGreeting(named.subarray(0, length))).toEqual({ kind: 'more' })
  }
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }), (sizes) => {
      expect(readGreeting(inRecords(named, sizes))).toEqual({ kind: 'tls', serverName: 'registry.example.org' })
    }),
  )
})

test('what follows it changes nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (rest) => {
      expect(readGreeting(Buffer.concat([named, rest]))).toEqual({ kind: 'tls', serverName: 'registry.example.org' })
    }),
  )
})

test.each(['GET / HTTP/1.1\r\n', 'SSH-2.0-OpenSSH\r\n', '\0', '\x16\x02'])('%j is no TLS', (text) => {
  expect(readGreeting(Buffer.from(text, 'latin1'))).toEqual({ kind: 'other' })
})

test('bytes that are changed never throw, and never bring another name than what stands there', () => {
  const change = fc.tuple(fc.nat(named.length - 1), fc.nat(255))
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
      const bytes = Buffer.from(named)
      for (const [at, value] of changes) bytes[at] = value
      const greeting = readGreeting(bytes)
      if (greeting.kind !== 'tls' || greeting.serverName === null) return
      expect(bytes.toString('latin1').toLowerCase()).toContain(greeting.serverName)
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readGreeting(Buffer.from([22, 3, 1, ...bytes]))),
  )
})

test('a handshake with two server names is broken', () => {
  const name = (host: string) => {
    const list = Buffer.concat([Buffer.from([0, 0, host.length]), Buffer.from(host)])
    return Buffer.concat([Buffer.from([0, 0, 0, list.length + 2, 0, list.length]), list])
  }
  const helloWith = (extensions: Buffer) => {
    const body = Buffer.concat([
      Buffer.alloc(34, 3),
      Buffer.from([0, 0, 2, 0x13, 1, 1, 0, extensions.length >> 8, extensions.length & 255]),
      extensions,
    ])
    return Buffer.concat([
      Buffer.from([
        22,
        3,
        1,
        (body.length + 4) >> 8,
        (body.length + 4) & 255,
        1,
        0,
        body.length >> 8,
        body.length & 255,
      ]),
      body,
    ])
  }
  expect(readGreeting(helloWith(name('a.org')))).toEqual({ kind: 'tls', serverName: 'a.org' })
  expect(readGreeting(helloWith(Buffer.concat([name('a.org'), name('b.org')])))).toEqual({ kind: 'broken' })
})
