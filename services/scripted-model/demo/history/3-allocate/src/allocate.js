import { money } from './money.js'

/**
 * Splits an amount by whole-number weights without losing a cent: what is left after
 * rounding down goes, one minor unit each, to the shares that lost most, first come first.
 */
export function allocate(total, weights) {
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  if (!(all > 0) || weights.some((weight) => weight < 0)) throw new RangeError('weights must be positive')
  const exact = weights.map((weight) => (total.amount * weight) / all)
  const shares = exact.map(Math.floor)
  const left = total.amount - shares.reduce((sum, share) => sum + share, 0)
  const byLoss = exact.map((value, index) => ({ index, loss: value - shares[index] }))
  byLoss.sort((a, b) => b.loss - a.loss || a.index - b.index)
  for (const { index } of byLoss.slice(0, left)) shares[index] += 1
  return shares.map((share) => money(share, total.currency))
}
