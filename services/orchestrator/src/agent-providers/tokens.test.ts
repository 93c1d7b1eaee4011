import { CredentialFault } from '@mosaic/credentials'
import { expect, test } from 'vitest'
import { tokenOf } from './tokens.ts'

const provider = {
  providerId: '01890000-0000-7000-8000-000000000001',
  workspaceId: 'default',
  kind: 'openclaw',
  name: 'house',
  address: 'wss://gateway.example/',
  hasToken: true,
  isActive: true,
  addedAt: '2026-11-29T10:00:00.000Z',
  lost: null,
  identity: null,
} as const
const sealed = (value: unknown) => ({ open: () => value })

test('a token that was not in force yet, or is for another host, was a fault of the program', () => {
  expect(() => tokenOf(sealed(undefined), provider)).toThrow(CredentialFault)
  expect(() => tokenOf(sealed({ origin: 'https://other.example', token: 't' }), provider)).toThrow(CredentialFault)
  expect(tokenOf(sealed({ origin: 'https://gateway.example', token: 't' }), provider)).toBe('t')
})
