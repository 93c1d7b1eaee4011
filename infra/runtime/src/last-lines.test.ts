import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { lastLines } from './last-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'mosaic-lines-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['', []],
  ['a\n', ['a']],
  ['a\nb\nc', ['b', 'c']],
  [`${'x'.repeat(70_000)}\ny\n`, [`${'x'.repeat(65_533)}`, 'y']],
])('the end of a file, however it ends', (text, expected) => {
  const file = join(folder, 'log')
  writeFileSync(file, text)
  expect(lastLines(file, 2)).toEqual(expected)
})

test('a missing file has no lines', () => {
  expect(lastLines(join(folder, 'none'), 5)).toEqual([])
})
