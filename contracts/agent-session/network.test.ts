import { expect, test } from 'vitest'
import { hostRule } from './index.ts'

test.each([
  ['registry.example.org', 'registry.example.org'],
  [' Registry.Example.org ', 'registry.example.org'],
  ['*.example.org', '*.example.org'],
  ['example.org:8443', 'example.org:8443'],
  ['localhost:5432', 'localhost:5432'],
  ['10.1.2.3', '10.1.2.3'],
  ['10.1.2.3:8080', '10.1.2.3:8080'],
  ['[::1]:80', '[::1]:80'],
  ['my_host.internal', 'my_host.internal'],
])('%s is a rule', (text, rule) => {
  expect(hostRule.parse(text)).toBe(rule)
})

test.each([
  '',
  '*',
  '*.*.org',
  'a*.org',
  'https://example.org',
  'example.org/path',
  'user@example.org',
  'example.org:0',
  'example.org:65536',
  'example.org:',
  'exa mple.org',
  '-x.org',
  'a..b',
  '::1',
  '2130706433',
  '127.1',
  '0x7f.0.0.1',
  'x.0x7f',
  '256.1.1.1',
  '1.2.3.4.5',
  '[1]',
  '[10.1.2.3]',
  'a\nb',
  'a'.repeat(64),
])('%j is none', (text) => {
  expect(hostRule.safeParse(text).success).toBe(false)
})
