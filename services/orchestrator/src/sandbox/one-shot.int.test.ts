import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { candidates } from '../../test/sandboxes.ts'
import { defaultLimits, type OneShot, type SandboxProvider } from './contract.ts'

const ground = mkdtempSync(join(tmpdir(), 'mosaic-once-ground-'))
const [shown, writable] = [join(ground, 'shown'), join(ground, 'writable')]
beforeAll(() => {
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args])
  git('init', '-q', shown)
  git('-C', shown, 'commit', '--allow-empty', '-qm', 'first')
  git('init', '-q', writable)
  writeFileSync(join(writable, 'file.txt'), 'one')
})
afterAll(() => rmSync(ground, { recursive: true }))

const program = (script: string): OneShot => ({
  script,
  folder: writable,
  mounts: [
    { path: shown, writable: false },
    { path: writable, writable: true },
  ],
  environment: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' },
  limits: defaultLimits,
})

async function run(provider: SandboxProvider, script: string, input = '') {
  const running = await provider.runOnce(program(script))
  running.stdin.end(input)
  const [stdout, stderr, exitCode] = await Promise.all([text(running.stdout), text(running.stderr), running.exitCode])
  return { stdout, stderr, exitCode }
}

for (const { provider, works, title } of await candidates()) {
  describe.runIf(works)(`${title}, one program alone`, () => {
    it('is given its input whole, and answers output and exit code', async () => {
      const input = 'x'.repeat(3_000_000)
      const counted = await run(provider, 'wc -c; echo problem >&2; exit 3', input)
      expect(counted).toEqual({ stdout: '3000000\n', stderr: 'problem\n', exitCode: 3 })
      expect(await run(provider, 'cat', input)).toEqual({ stdout: input, stderr: '', exitCode: 0 })
    })

    it('has git, on what is shown and on what it may write', async () => {
      const script = `git -C ${shown} log --format=%s && git add file.txt && git write-tree && echo two > file.txt`
      const { stdout, exitCode } = await run(provider, script)
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/^first\n[0-9a-f]{40}\n$/)
      expect(readFileSync(join(writable, 'file.txt'), 'utf8')).toBe('two\n')
    })

    it('is ended at once, with what it has started', async () => {
      const running = await provider.runOnce(program('sleep 1000 & echo started; sleep 1000'))
      const said = text(running.stdout)
      await new Promise((resolve) => running.stdout.once('data', resolve))
      running.kill()
      expect(await running.exitCode).toBeNull()
      // Whoever lives holds the pipe open.
      expect(await said).toBe('started\n')
    })

    it('is ended whenever it is told to, also before it has begun', async () => {
      for (const delayMs of [0, 1, 5, 10, 20, 40]) {
        const running = await provider.runOnce(program('sleep 1000 & sleep 1000'))
        const said = Promise.all([text(running.stdout), text(running.stderr)])
        await new Promise((resolve) => setTimeout(resolve, delayMs))
        running.kill()
        expect(await running.exitCode).toBeNull()
        await said
      }
    })

    if (provider.kind === 'process') return
    it('reaches nothing else', async () => {
      const outside = join(ground, 'outside')
      writeFileSync(outside, 'secret')
      const script = `cat ${outside}; touch ${shown}/x; touch ${outside}; ls /root /home; cat /proc/net/dev | grep -vc lo:`
      const { stdout, stderr } = await run(provider, script)
      expect(stdout + stderr).not.toContain('secret')
      expect(existsSync(join(shown, 'x'))).toBe(false)
      // Two lines of headings.
      expect(stdout.trim().split('\n').at(-1)).toBe('2')
    })
  })
}
