import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, invoice } from '../src/index.js'

test('totals are the sums of the rounded lines', () => {
  const { net, tax, gross } = invoice({
    number: '2024-017',
    currency: 'EUR',
    lines: [
      { text: 'Workshop', unitPrice: 9450, quantity: 1500, taxRate: 1900 },
      { text: 'Handbook', unitPrice: 1895, quantity: 3000, taxRate: 700 },
    ],
  })
  assert.equal(format(net), '198.60 EUR')
  assert.equal(format(tax), '30.91 EUR')
  assert.equal(format(gross), '229.51 EUR')
})

test('an invoice without lines comes to nothing', () => {
  assert.equal(format(invoice({ number: '2024-018', currency: 'JPY', lines: [] }).gross), '0 JPY')
})
