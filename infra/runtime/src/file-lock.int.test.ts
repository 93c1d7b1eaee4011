import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { takeLock, waitForLock } from './file-lock.ts'

test('a lock that another process holds is free the moment it is killed, and leaves one file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-lock-'))
  const file = join(folder, 'lock')
  const module = fileURLToPath(new URL('./file-lock.ts', import.meta.url))
  const program = `
    import { takeLock } from ${JSON.stringify(module)}
    takeLock(${JSON.stringify(file)})
    console.log('held')
    setInterval(() => {}, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  expect(takeLock(file)).toBeUndefined()
  const waiting = waitForLock(file)
  holder.kill('SIGKILL')
  const lock = await waiting
  expect(takeLock(file)).toBeUndefined()
  lock.release()
  await vi.waitFor(() => takeLock(file)?.release())
  expect(readdirSync(folder)).toEqual(['lock'])
  rmSync(folder, { recursive: true })
})
