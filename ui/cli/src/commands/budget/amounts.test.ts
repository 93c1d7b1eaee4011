import { Command } from 'commander'
import { expect, test } from 'vitest'
import { type AmountOptions, amountOptions, limitsOf } from './amounts.ts'

function parsed(...args: string[]) {
  const command = amountOptions(new Command('set').exitOverride().configureOutput({ writeErr: () => undefined }))
  return limitsOf(command.parse(args, { from: 'user' }).opts<AmountOptions>())
}

test('amounts are read as people write them', () => {
  expect(parsed('--usd', '5', '--tokens', '2M', '--wall', '1h')).toEqual({
    usd: 5,
    tokens: 2_000_000,
    wallSeconds: 3600,
  })
  expect(parsed('--usd', '$0.25')).toEqual({ usd: 0.25 })
  expect(parsed('--tokens', '1.5k')).toEqual({ tokens: 1500 })
})

test.each([
  ['--usd', '0'],
  ['--usd', '-1'],
  ['--usd', 'five'],
  ['--tokens', '0'],
  ['--tokens', '2X'],
  ['--wall', '0s'],
  ['--wall', '1 hour'],
])('%s %s is refused with what was expected', (option, value) => {
  expect(() => parsed(option, value)).toThrow(/Expected/)
})

test('a budget without any limit is none', () => {
  expect(() => parsed()).toThrow(/Expected --usd, --tokens or --wall/)
})
