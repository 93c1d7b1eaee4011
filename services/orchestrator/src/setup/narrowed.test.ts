import { expect, test } from 'vitest'
import { narrowed } from './narrowed.ts'

const hosts = (...rules: string[]) => ({ kind: 'hosts' as const, hosts: rules })
const none = { kind: 'none' as const }
const granted = hosts('registry.example.org', '*.cdn.example.org', 'localhost:5432')

test.each([
  [none],
  [hosts('registry.example.org')],
  [hosts('registry.example.org:443', 'localhost:5432')],
  [hosts('*.cdn.example.org')],
  [hosts('a.cdn.example.org', '*.b.cdn.example.org:80')],
])('%j is less than what is granted', (asked) => {
  expect(narrowed(granted, asked)).toEqual({ ok: true, value: asked })
})

test.each([
  [hosts('other.example.org')],
  [hosts('*.example.org')],
  [hosts('cdn.example.org')],
  [hosts('localhost')],
  [hosts('registry.example.org:8080')],
])('%j is more than what is granted, and says so', (asked) => {
  const { hosts: named } = asked
  expect(narrowed(granted, asked)).toEqual({ ok: false, error: expect.stringContaining(`not ${named[0]}`) })
})

test('a session that asks for nothing has what is granted, and where nothing is there is nothing to ask for', () => {
  expect(narrowed(granted, null)).toEqual({ ok: true, value: granted })
  expect(narrowed(none, hosts('registry.example.org')).ok).toBe(false)
})
