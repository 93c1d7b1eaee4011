import type { AgentProviderView } from '@mosaic/contracts/agent-provider'
import { expect, test } from 'vitest'
import { additionOf, changeOf, formOf, newProvider } from './provider-form.ts'

const house: AgentProviderView = {
  providerId: '0198c0de-0000-7000-8000-000000000001',
  kind: 'openclaw',
  name: 'house',
  address: 'wss://gateway.example',
  isActive: true,
  state: 'active',
  unreachable: null,
  capabilities: { pause: 'none', bargeIn: 'at-once', killProof: 'reported' },
  version: null,
  protocol: null,
  lastContactAt: null,
  maskedToken: '…cret',
  problem: null,
  addedAt: '2026-01-01T00:00:00.000Z',
}

test('an addition is what was typed; without a token it has none', () => {
  const typed = { ...newProvider, name: ' house ', address: ' wss://gateway.example ' }
  const added = { kind: 'openclaw', name: 'house', address: 'wss://gateway.example', isActive: true }
  expect(additionOf(typed)).toEqual(added)
  expect(additionOf({ ...typed, token: ' secret ', isActive: false })).toEqual({
    ...added,
    token: 'secret',
    isActive: false,
  })
})

test('each field says what keeps it from being taken', () => {
  const refused = additionOf({ ...newProvider, name: 'A House', address: 'house', token: 'two words' })
  expect(Object.keys((refused as { errors: object }).errors)).toEqual(['name', 'address', 'token'])
})

test('a change names what has become different alone, and its token is in no field before', () => {
  const form = formOf(house)
  expect(form.token).toBe('')
  expect(changeOf(house, form)).toBeNull()
  expect(changeOf(house, { ...form, name: 'home' })).toEqual({ name: 'home' })
  expect(changeOf(house, { ...form, address: 'wss://other.example', token: 'secret' })).toEqual({
    address: 'wss://other.example',
    token: 'secret',
  })
  expect(changeOf(house, { ...form, withoutToken: true, token: 'left over' })).toEqual({ token: null })
  expect(changeOf(house, { ...form, isActive: false })).toEqual({ isActive: false })
  expect(changeOf(house, { ...form, name: '' })).toHaveProperty('errors.name')
})
