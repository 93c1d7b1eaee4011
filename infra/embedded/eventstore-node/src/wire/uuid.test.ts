import { expect, test } from 'vitest'
import { canonicalUuid } from './uuid.ts'

const id = '0b6e3a54-7c1f-4f7e-9a7b-3f1a6f1f2e3d'
const digits = id.replaceAll('-', '')

test.each([id, id.toUpperCase(), ` ${id} `, digits, digits.toUpperCase(), `{${id}}`, `(${id})`])('reads %s', (text) => {
  expect(canonicalUuid(text)).toBe(id)
})

test.each(['', 'nonsense', `{${id})`, `{${digits}}`, `${id}0`, id.slice(1), `{${id}`])('does not read %s', (text) => {
  expect(() => canonicalUuid(text)).toThrow('not a uuid')
})
