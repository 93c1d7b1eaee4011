import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { lastLines } from './last-lines.ts'
import { identifyProcess } from './process-identity.ts'
import { onPath, spawnTied } from './tied-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'mosaic-tied-'))
afterAll(() => rmSync(folder, { recursive: true }))
symlinkSync(String(onPath('sh')), join(folder, 'sh'))
const sleep = String(onPath('sleep'))

test.each([
  ['by the kernel (setpriv)', process.env['PATH']],
  ['by a watching shell, where there is no setpriv', folder],
])('kill -9 of the parent ends the program: %s', async (_, PATH) => {
  const module = fileURLToPath(new URL('./tied-process.ts', import.meta.url))
  const program = `
    import { spawnTied } from ${JSON.stringify(module)}
    const child = spawnTied(${JSON.stringify(sleep)}, ['1000'], { logFile: '/dev/null', deathSignal: 'SIGTERM' })
    console.log(child.pid)
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))))
  expect(identifyProcess(pid)).toBeDefined()
  parent.kill('SIGKILL')
  await expect.poll(() => identifyProcess(pid)).toBeUndefined()
})

test('a stop that is ignored ends in the last resort', async () => {
  const logFile = join(folder, 'stubborn.log')
  const stubborn = spawnTied('sh', ['-c', "trap '' TERM; echo trapped; while :; do sleep 0.1; done"], {
    logFile,
    deathSignal: 'SIGKILL',
  })
  await expect.poll(() => lastLines(logFile, 1)).toEqual(['trapped'])
  await stubborn.stop('SIGTERM', 'SIGKILL', 300)
  expect(await stubborn.exited).toBe('SIGKILL')
  await stubborn.stop('SIGTERM', 'SIGKILL', 300)
})

test('a program that cannot be run says so, and stopping it is nothing', async () => {
  const missing = spawnTied('/nowhere/program', [], { logFile: '/dev/null', deathSignal: 'SIGTERM' })
  expect(await missing.exited).toMatch(/exit code 127|ENOENT/)
  await missing.stop('SIGTERM', 'SIGKILL', 300)
})
