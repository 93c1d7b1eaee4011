import { expect, test } from 'vitest'
import { wantOfNetwork } from './want-of-network.ts'

test.each([
  'npm error request to https://registry.example.org/left failed, reason: getaddrinfo EAI_AGAIN registry.example.org',
  'curl: (6) Could not resolve host: example.com',
  'fatal: unable to access: Could not resolve host: github.com',
  "WARNING: Retrying after connection broken by 'NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution'",
  'go: github.com/x/y: Get "https://proxy.golang.org": dial tcp: lookup proxy.golang.org: no such host',
  'curl: (56) CONNECT tunnel failed, response 403',
])('%s: the network is wanting', (output) => {
  expect(wantOfNetwork(output, { kind: 'none' })).toMatch(/^this sandbox has no network; .*mosaic\.yaml/)
  expect(wantOfNetwork(output, { kind: 'hosts', hosts: ['a.example'] })).toMatch(/^this sandbox reaches a\.example/)
})

test('a step that failed for want of a company’s certificates was not told how to name them', () => {
  const output =
    'npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error request to https://registry.example.org/left failed'
  expect(wantOfNetwork(output, { kind: 'hosts', hosts: ['registry.example.org'] })).toContain('MOSAIC_CA_BUNDLE')
})

test('another failure is not explained away', () => {
  expect(wantOfNetwork('AssertionError: expected 1 to be 2', { kind: 'none' })).toBeUndefined()
})
