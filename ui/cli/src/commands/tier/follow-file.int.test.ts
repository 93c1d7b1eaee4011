import { appendFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { followFile } from './follow-file.ts'

test('follows a file that appears later, in whole lines, and through a cut', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-follow-'))
  const file = join(folder, 'log')
  const lines: string[] = []
  const stop = new AbortController()
  const following = followFile(file, (line) => lines.push(line), stop.signal)
  appendFileSync(file, 'one\ntw')
  await expect.poll(() => lines).toEqual(['one'])
  appendFileSync(file, 'o\n')
  await expect.poll(() => lines).toEqual(['one', 'two'])
  truncateSync(file)
  appendFileSync(file, '3\n')
  await expect.poll(() => lines).toEqual(['one', 'two', '3'])
  stop.abort()
  await following
  rmSync(folder, { recursive: true })
})
