import type { SpendingLimits } from '@mosaic/contracts/budget'
import { type Command, InvalidArgumentError } from 'commander'

export type AmountOptions = { readonly usd?: number; readonly tokens?: number; readonly wall?: number }

export const amountOptions = (command: Command, more: '' | ' more' = ''): Command =>
  command
    .option('--usd <amount>', `so many US dollars${more}`, dollars)
    .option('--tokens <count>', `so many tokens${more}, read and written: 500000, 500k, 2M`, tokens)
    .option('--wall <span>', `so long${more}: 90s, 30m, 1h, 2d`, seconds)

export function limitsOf({ usd, tokens: count, wall }: AmountOptions): SpendingLimits {
  if (usd === undefined && count === undefined && wall === undefined) {
    throw new InvalidArgumentError('How much? Expected --usd, --tokens or --wall, or several of them.')
  }
  return {
    ...(usd !== undefined && { usd }),
    ...(count !== undefined && { tokens: count }),
    ...(wall !== undefined && { wallSeconds: wall }),
  }
}

function dollars(text: string): number {
  const amount = /^\$?\d{1,7}(\.\d{1,6})?$/.test(text) ? Number(text.replace('$', '')) : 0
  if (amount > 0) return amount
  throw new InvalidArgumentError('Expected an amount of US dollars, more than nothing.')
}

const thousands: Readonly<Record<string, number>> = { '': 1, k: 1000, m: 1_000_000, b: 1_000_000_000 }

function tokens(text: string): number {
  const [, count, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)([kmb]?)$/i.exec(text) ?? []
  const amount = Math.round(Number(count) * (thousands[unit.toLowerCase()] ?? NaN))
  if (amount > 0) return amount
  throw new InvalidArgumentError('Expected a number of tokens such as 500000, 500k or 2M, more than none.')
}

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

function seconds(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const amount = Number(count) * (secondsOf[unit] ?? NaN)
  if (amount > 0) return amount
  throw new InvalidArgumentError('Expected a span such as 90s, 30m, 1h or 2d, more than none.')
}
