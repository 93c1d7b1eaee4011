import { appendFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { followFile } from './follow-file.ts'

test('follows a file that appears later, in whole lines, and through a cut', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-follow-'))
  const file = join(folder, 'log')
  const lines: string[] = []
  const stop = new AbortController()
  const following = followFile(file, (line) => lines.push(line), stop.signal)
  appendFileSync(file, 'one\ntw')
  await vi.waitFor(() => expect(lines).toEqual(['one']), 5000)
  appendFileSync(file, 'o\n')
  await vi.waitFor(() => expect(lines).toEqual(['one', 'two']), 5000)
  truncateSync(file)
  appendFileSync(file, '3\n')
  await vi.waitFor(() => expect(lines).toEqual(['one', 'two', '3']), 5000)
  stop.abort()
  await following
  rmSync(folder, { recursive: true })
})
