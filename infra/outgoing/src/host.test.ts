import { expect, test } from 'vitest'
import { readHost, readTarget } from './host.ts'

test.each([
  ['Example.ORG', 'example.org'],
  ['example.org.', 'example.org'],
  ['2130706433', '127.0.0.1'],
  ['0x7f000001', '127.0.0.1'],
  ['0177.0.0.1', '127.0.0.1'],
  ['127.1', '127.0.0.1'],
  ['[::1]', '::1'],
  ['[0:0:0:0:0:0:0:1]', '::1'],
  ['[::ffff:127.0.0.1]', '127.0.0.1'],
  ['[::ffff:7f00:1]', '127.0.0.1'],
  ['[::ffff:a9fe:a9fe]', '169.254.169.254'],
])('%s is %s', (text, host) => {
  expect(readHost(text)).toBe(host)
})

test.each([
  '',
  'a b',
  'a/b',
  'a@b',
  'a#b',
  'a?b',
  'a\r\nb',
  '[::1',
  '::1',
  '[fe80::1%25eth0]',
  'ü.org',
  'x'.repeat(254),
  '1.2.3.4.5',
])('%j is no host', (text) => {
  expect(readHost(text)).toBeUndefined()
})

test('a target is a host and a port, and nothing else', () => {
  expect(readTarget('example.org:443')).toEqual({ host: 'example.org', port: 443 })
  expect(readTarget('[::1]:80')).toEqual({ host: '::1', port: 80 })
  for (const text of [
    'example.org',
    'example.org:',
    'example.org:0',
    'example.org:70000',
    ':443',
    'a:1:2',
    'http://a:1',
  ]) {
    expect(readTarget(text)).toBeUndefined()
  }
})
