import type { Random } from './eventstore-random.ts'

/** Ways to write an address of this machine or its network; the bar is where a port comes. */
const disguises = [
  '127.0.0.1',
  '127.0.0.2',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '017700000001',
  '0',
  '0.0.0.0',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[fe80::1%lo]',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
  '127.0.0.1.',
  '①②⑦.0.0.1',
  '127。0。0。1',
  'rebound.example.org',
  'mapped.example.org',
  'metadata.example.org',
  'any.example.org',
  'private.example.org',
  'REBOUND.Example.Org.',
]
/** What a name server under an agent's control would say. */
export const hostileNames: Readonly<Record<string, readonly string[]>> = {
  'rebound.example.org': ['127.0.0.1'],
  'mapped.example.org': ['::ffff:127.0.0.1', '::1'],
  'metadata.example.org': ['169.254.169.254'],
  'any.example.org': ['0.0.0.0', '::'],
  'private.example.org': ['10.0.0.1', '192.168.0.1'],
}

const insertions = [
  '\0',
  ' ',
  '\t',
  '\r',
  '@',
  '#',
  '?',
  '/',
  '\\',
  '%00',
  '%2e',
  '%40',
  ':80',
  '.example.org',
  'example.org',
]

/** One attempt, as bytes. The canary listens at `port`. */
export function attempt(random: Random, port: number): string {
  const host = mangled(random, pick(random, disguises))
  const line = pick(random, [connect, absolute, withUserinfo, smuggled, twice])(host, port)
  return random.next() < 0.1 ? mangled(random, line) : line
}

const end = 'Connection: close\r\n\r\n'
const connect = (host: string, port: number) =>
  `CONNECT ${host}:${port} HTTP/1.1\r\nHost: example.org\r\n\r\nGET / HTTP/1.1\r\n\r\n`
const absolute = (host: string, port: number) => `GET http://${host}:${port}/ HTTP/1.1\r\nHost: example.org\r\n${end}`
const withUserinfo = (host: string, port: number) =>
  `GET http://example.org:${port}@${host}:${port}/ HTTP/1.1\r\nHost: example.org\r\n${end}`
const smuggled = (host: string, port: number) =>
  `POST http://example.org/ HTTP/1.1\r\nHost: ${host}:${port}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${absolute(host, port)}`
const twice = (host: string, port: number) =>
  `GET http://gone.example.org/ HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n${connect(host, port)}`

function mangled(random: Random, text: string): string {
  if (random.next() < 0.6) return text
  const at = random.between(0, text.length)
  return text.slice(0, at) + pick(random, insertions) + text.slice(at)
}

const pick = <T>(random: Random, from: readonly T[]): T => from[random.between(0, from.length - 1)]!
