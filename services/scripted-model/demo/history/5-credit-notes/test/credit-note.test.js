import assert from 'node:assert/strict'
import { test } from 'node:test'
import { creditNote, format, invoice } from '../src/index.js'

const lines = [
  { text: 'Workshop', unitPrice: 9450, quantity: 1500, taxRate: 1900 },
  { text: 'Handbook', unitPrice: 1895, quantity: 3000, taxRate: 700 },
]

test('a credit note names the invoice that it takes back', () => {
  const note = creditNote(invoice({ number: '2024-017', currency: 'EUR', lines }))
  assert.equal(note.number, '2024-017-C')
  assert.equal(note.credits, '2024-017')
})

test('a credit note cancels its invoice to the cent', () => {
  const bill = invoice({ number: '2024-017', currency: 'EUR', lines })
  const note = creditNote(bill)
  assert.equal(format(bill.gross), '229.51 EUR')
  assert.equal(format(note.gross), '-229.51 EUR')
})
