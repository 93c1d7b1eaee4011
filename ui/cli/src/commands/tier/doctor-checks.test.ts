import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { atLeast, checkFolder } from './doctor-checks.ts'

test.each([
  ['v24.15.0', true],
  ['v24.14.9', false],
  ['v25.0.0', true],
  ['v9.99.0', false],
  ['nats-server: v24.21.1', true],
  ['no version', false],
])('%s against 24.15', (text, expected) => {
  expect(atLeast(text, [24, 15])).toBe(expected)
})

test('a token that others can read is a warning with the remedy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-doctor-'))
  const token = join(folder, 'token')
  writeFileSync(token, 'x', { mode: 0o600 })
  expect(checkFolder(folder).result).toBe('ok')
  rmSync(token)
  writeFileSync(token, 'x', { mode: 0o644 })
  expect(checkFolder(folder)).toMatchObject({ result: 'warn', todo: `chmod 600 ${token}` })
  rmSync(folder, { recursive: true })
})

test('a data folder that is not there yet is judged by where it will be', () => {
  expect(checkFolder(join(tmpdir(), 'not', 'there'))).toMatchObject({ result: 'ok' })
})
