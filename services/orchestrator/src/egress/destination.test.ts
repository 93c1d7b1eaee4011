import { expect, test } from 'vitest'
import { checkDestination, type Lookup } from './destination.ts'
import { readTarget } from '@mosaic/outgoing'
import { readRules } from './rules.ts'
import { upstreamProxy } from './upstream-proxy.ts'

const asked: string[] = []
const lookup: Lookup = async (host) => {
  asked.push(host)
  const known: Record<string, string[]> = {
    'example.org': ['93.184.216.34', '2606:2800::1'],
    'below.example.org': ['93.184.216.35'],
    'rebound.example.org': ['127.0.0.1'],
    'both.example.org': ['93.184.216.36', '10.0.0.1'],
    'registry.corp': ['10.1.2.3'],
    'metadata.example.org': ['169.254.169.254'],
  }
  const found = known[host]
  if (!found) throw new Error('ENOTFOUND')
  return found
}
const check = async (
  hosts: string[],
  target: string,
  proxy = undefined as ReturnType<typeof upstreamProxy> | undefined,
) => {
  const checked = await checkDestination(readTarget(target)!, readRules(hosts), { lookup, proxy })
  if (!checked.ok) return checked.error.reason
  return 'through' in checked.value ? 'through the proxy' : checked.value.addresses
}

test('a host is reached at the addresses that it has, where it is allowed', async () => {
  expect(await check(['example.org'], 'example.org:443')).toEqual(['93.184.216.34', '2606:2800::1'])
  expect(await check(['example.org'], 'example.org:80')).toEqual(['93.184.216.34', '2606:2800::1'])
  expect(await check(['example.org:8443'], 'example.org:8443')).toEqual(['93.184.216.34', '2606:2800::1'])
  expect(await check(['*.example.org'], 'below.example.org:443')).toEqual(['93.184.216.35'])
})

test.each([
  [['example.org'], 'example.org:8443'],
  [['example.org:8443'], 'example.org:443'],
  [['example.org'], 'below.example.org:443'],
  [['*.example.org'], 'example.org:443'],
  [['*.example.org'], 'evilexample.org:443'],
  [['example.org'], 'example.org.evil.net:443'],
  [[], 'example.org:443'],
  [['*.1'], '1.1.1.1:443'],
])('%j does not allow %s', async (hosts, target) => {
  expect(await check(hosts, target)).toBe('HOST_NOT_ALLOWED')
})

test('no name server hears of a host that is not allowed', async () => {
  asked.length = 0
  await check(['example.org'], 'c2VjcmV0.evil.net:443')
  expect(asked).toEqual([])
})

test.each(['rebound.example.org:443', 'metadata.example.org:80'])(
  '%s is an allowed name at an address of this machine or its network',
  async (target) => {
    expect(await check(['*.example.org', readTarget(target)!.host], target)).toBe('ADDRESS_NOT_PUBLIC')
  },
)

test('of several addresses those are dialled that are public', async () => {
  expect(await check(['both.example.org'], 'both.example.org:443')).toEqual(['93.184.216.36'])
})

test('an address of a private network is reached where it is named itself', async () => {
  expect(await check(['registry.corp'], 'registry.corp:443')).toBe('ADDRESS_NOT_PUBLIC')
  expect(await check(['registry.corp', '10.1.2.3'], 'registry.corp:443')).toEqual(['10.1.2.3'])
  expect(await check(['registry.corp:8443', '10.1.2.3'], 'registry.corp:8443')).toBe('ADDRESS_NOT_PUBLIC')
  expect(await check(['10.1.2.3:8443'], '10.1.2.3:8443')).toEqual(['10.1.2.3'])
})

test.each(['2130706433:80', '0x7f.1:80', '[::ffff:127.0.0.1]:80', '127.0.0.1:80', '[::1]:80', 'localhost:80'])(
  '%s is this machine, and reached only where that is named',
  async (target) => {
    expect(await check(['example.org', '*.localhost'], target)).toBe('HOST_NOT_ALLOWED')
  },
)

test('localhost is this machine, whatever a name server says', async () => {
  asked.length = 0
  expect(await check(['localhost:5432'], 'localhost:5432')).toEqual(['127.0.0.1', '::1'])
  expect(asked).toEqual([])
})

test('an allowed host that nobody knows is not found', async () => {
  expect(await check(['gone.example.org'], 'gone.example.org:443')).toBe('NAME_NOT_FOUND')
})

test('behind a company’s proxy that one looks names up, and addresses of private networks are dialled as ever', async () => {
  const proxy = upstreamProxy('http://user:p%40ss@proxy.corp:3128', 'example.org, .internal:8080')
  const hosts = ['unknown.net', 'example.org', '10.1.2.3']
  expect(await check(hosts, 'unknown.net:443', proxy)).toBe('through the proxy')
  expect(await check(hosts, 'example.org:443', proxy)).toEqual(['93.184.216.34', '2606:2800::1'])
  expect(await check(hosts, '10.1.2.3:443', proxy)).toEqual(['10.1.2.3'])
  expect(await check(hosts, 'evil.net:443', proxy)).toBe('HOST_NOT_ALLOWED')
  expect(upstreamProxy('http://proxy.corp:3128')).toMatchObject({ host: 'proxy.corp', port: 3128 })
  expect(upstreamProxy('socks5://proxy.corp')).toBeUndefined()
  expect(proxy).toMatchObject({ host: 'proxy.corp', port: 3128, authorization: `Basic ${btoa('user:p@ss')}` })
})
