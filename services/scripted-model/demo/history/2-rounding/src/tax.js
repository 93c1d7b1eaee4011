import { money } from './money.js'
import { divideHalfEven } from './rounding.js'

/** Tax on a net amount. Rates are in basis points: 1900 is 19 %. */
export function taxOn(net, basisPoints) {
  return money(divideHalfEven(net.amount * basisPoints, 10_000), net.currency)
}
