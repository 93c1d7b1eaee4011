import { expect, test } from 'vitest'
import { mayReach, readNetworks } from './networks.ts'

const none = readNetworks('')!

test.each(['10.0.0.0/33', '10.0.0/8', 'localhost', '::/129', '127.0.0.1/8/8', '*', '2130706433'])(
  '%s is no network',
  (text) => {
    expect(readNetworks(text)).toBeUndefined()
  },
)

test('private ranges are reached where the operator names them, and only those', () => {
  const networks = readNetworks('127.0.0.0/8, 10.1.0.0/16,::1')!
  for (const address of ['127.0.0.1', '127.9.9.9', '::ffff:127.0.0.1', '10.1.2.3', '::1', '1.1.1.1']) {
    expect(mayReach(address, networks), address).toBe(true)
  }
  for (const address of ['10.2.0.1', '192.168.0.1', '::2', 'fd00::1']) {
    expect(mayReach(address, networks), address).toBe(false)
    expect(mayReach(address, none), address).toBe(false)
  }
})

test.each([
  '0.0.0.0',
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '100.100.100.200',
  '168.63.129.16',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  'fe80::1',
  'fd00:ec2::254',
  'ff02::1',
])('%s is reached under no configuration', (address) => {
  expect(mayReach(address, readNetworks('0.0.0.0/0,::/0')!)).toBe(false)
})
