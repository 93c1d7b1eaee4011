import { add, money, sum } from './money.js'
import { divideHalfEven } from './rounding.js'
import { taxOn } from './tax.js'

/**
 * An invoice with its totals. A line is { text, unitPrice, quantity, taxRate }: the unit
 * price in minor units, the quantity in thousandths (1500 is 1.5 h), the rate in basis points.
 */
export function invoice({ number, currency, lines }) {
  const priced = lines.map((line) => {
    const net = money(divideHalfEven(line.unitPrice * line.quantity, 1000), currency)
    return { ...line, net, tax: taxOn(net, line.taxRate) }
  })
  const net = sum(priced.map((line) => line.net), currency)
  const tax = sum(priced.map((line) => line.tax), currency)
  return { number, currency, lines: priced, net, tax, gross: add(net, tax) }
}
