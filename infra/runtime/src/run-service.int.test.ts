import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const program = `
  import { z } from 'zod'
  import { runService } from ${JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)))}
  await runService({
    name: 'sample',
    config: z.object({ MOSAIC_SAMPLE: z.enum(['ok', 'reject', 'refuse', 'fail']) }),
    async start({ config }) {
      if (config.MOSAIC_SAMPLE === 'refuse') throw new Error('no engine')
      if (config.MOSAIC_SAMPLE === 'reject') setTimeout(() => Promise.reject(new Error('forgotten')), 1)
      const work = setInterval(() => {}, 1000)
      const failed = new Promise((_, reject) => config.MOSAIC_SAMPLE === 'fail' && setTimeout(reject, 1, new Error('deaf')))
      return { failed, async close() { clearInterval(work) } }
    },
  })`

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function start(env: Record<string, string>, stdio: 'pipe' | 'ipc' = 'pipe') {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, ...env },
    stdio: stdio === 'ipc' ? ['ignore', 'pipe', 'pipe', 'ipc'] : 'pipe',
  })
  children.push(child)
  let output = ''
  const said = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => output.includes(text) && resolve()
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', look)
      look()
    })
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return { child, said, exited: once(child, 'exit').then(([code]) => code as number | null), output: () => output }
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s is a clean stop', async (signal) => {
  const { child, said, exited, output } = start({ MOSAIC_SAMPLE: 'ok' })
  await said('"started"')
  child.kill(signal)
  expect(await exited).toBe(0)
  expect(output()).toContain('"stopped"')
})

test('a bad configuration is named and exits with 2', async () => {
  const { exited, output } = start({ MOSAIC_SAMPLE: 'nonsense', MOSAIC_LOG_LEVEL: 'shout' })
  expect(await exited).toBe(2)
  expect(output()).toContain('MOSAIC_SAMPLE')
  expect(output()).toContain('MOSAIC_LOG_LEVEL')
})

test.each(['refuse', 'reject'])('%s: an error ends the process with 1', async (MOSAIC_SAMPLE) => {
  const { exited } = start({ MOSAIC_SAMPLE })
  expect(await exited).toBe(1)
})

test('a service that can not go on is stopped cleanly and ends with 1', async () => {
  const { exited, output } = start({ MOSAIC_SAMPLE: 'fail' })
  expect(await exited).toBe(1)
  expect(output()).toContain('deaf')
  expect(output()).toContain('"stopped"')
})

test.each(['pipe', 'ipc'] as const)('stops when the supervisor goes away (%s)', async (stdio) => {
  const { child, said, exited } = start({ MOSAIC_SAMPLE: 'ok', MOSAIC_SUPERVISED: '1' }, stdio)
  await said('"started"')
  if (stdio === 'ipc') child.disconnect()
  else child.stdin?.end()
  expect(await exited).toBe(0)
})

test('an unsupervised service outlives its closed stdin', async () => {
  const { child, said, exited } = start({ MOSAIC_SAMPLE: 'ok' })
  child.stdin?.end()
  await said('"started"')
  expect(child.exitCode).toBeNull()
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
})
