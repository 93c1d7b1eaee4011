const digits = { EUR: 2, USD: 2, GBP: 2, JPY: 0, KWD: 3 }

/** An amount in the smallest unit of its currency: money(1999, 'EUR') is 19.99 €. */
export function money(amount, currency) {
  if (!Number.isSafeInteger(amount)) throw new TypeError(`not a whole number of minor units: ${amount}`)
  if (!(currency in digits)) throw new RangeError(`unknown currency: ${currency}`)
  return Object.freeze({ amount, currency })
}

export function add(a, b) {
  if (a.currency !== b.currency) throw new TypeError(`cannot add ${a.currency} and ${b.currency}`)
  return money(a.amount + b.amount, a.currency)
}

export function negate({ amount, currency }) {
  return money(0 - amount, currency)
}

export function sum(amounts, currency) {
  return amounts.reduce(add, money(0, currency))
}

/** '-1234.50 EUR'. No grouping, no locale: for logs and tests, not for letters to customers. */
export function format({ amount, currency }) {
  const places = digits[currency]
  const text = String(Math.abs(amount)).padStart(places + 1, '0')
  const whole = text.slice(0, text.length - places)
  const fraction = places === 0 ? '' : `.${text.slice(-places)}`
  return `${amount < 0 ? '-' : ''}${whole}${fraction} ${currency}`
}
