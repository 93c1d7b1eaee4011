import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@mosaic/kit'
import { describe, expect, it } from 'vitest'
import { SandboxGoneError } from './contract.ts'
import { candidates, TestSandbox } from '../../test/sandboxes.ts'

for (const { provider, works, title } of await candidates()) {
  describe.runIf(works)(title, () => {
    it('runs commands in the worktree and tells output and exit code', async () => {
      await using test = await TestSandbox.start(provider)
      writeFileSync(join(test.folder, 'in.txt'), 'from outside')
      const result = await test.run('cat in.txt; echo problem >&2; echo "from inside" > out.txt; exit 3')
      expect(result).toMatchObject({ exitCode: 3, signal: null, stdout: 'from outside', stderr: 'problem\n' })
      expect(result).toMatchObject({ truncated: false, timedOut: false, aborted: false })
      expect(readFileSync(join(test.folder, 'out.txt'), 'utf8')).toBe('from inside\n')
      expect(await test.run('pwd')).toMatchObject({ stdout: `${test.folder}\n` })
      expect(await test.run('kill -9 $$')).toMatchObject({
        exitCode: 137,
        stderr: expect.not.stringContaining('/proc'),
      })
    })

    it('takes any text as a command', async () => {
      await using test = await TestSandbox.start(provider)
      const text = `'"\\ $HOME \`x\` %s\nsecond line ünï`
      const quoted = `'${text.replaceAll("'", `'\\''`)}'`
      expect((await test.run(`printf %s ${quoted}`)).stdout).toBe(text)
      expect((await test.run(`: ${'x'.repeat(60_000)}; echo long`)).stdout).toBe('long\n')
    })

    it('gives commands none of our own environment, and a home outside of the worktree', async () => {
      process.env['MOSAIC_TEST_SECRET'] = 'hunter2'
      await using test = await TestSandbox.start(provider)
      const { stdout } = await test.run('env; touch "$HOME/x" "$TMPDIR/y" && echo writable')
      expect(stdout).not.toContain('hunter2')
      expect(stdout).toContain(`MOSAIC_SESSION_ID=${test.sessionId}`)
      expect(stdout).toContain('writable')
      expect((await test.run('ls -A')).stdout.trim()).toBe('')
      expect((await test.run('command -v node git sh')).exitCode).toBe(0)
    })

    it('runs several at once and keeps their output apart', async () => {
      await using test = await TestSandbox.start(provider)
      const results = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => test.run(`sleep 0.1; echo ${n}`)))
      expect(results.map(({ stdout }) => stdout.trim())).toEqual(['1', '2', '3', '4', '5', '6'])
    })

    it('keeps beginning and end of endless output', async () => {
      await using test = await TestSandbox.start(provider)
      const { stdout, truncated } = await test.run('seq 1 200000', 20_000, 1_000)
      expect(truncated).toBe(true)
      expect(stdout).toMatch(/^1\n2\n3\n[^]*bytes left out[^]*199999\n200000\n$/)
    })

    it('loses nothing of what a command wrote before its end, however slowly it is passed on, also beside what it leaves', async () => {
      await using test = await TestSandbox.start(provider)
      const commands = ['seq 1 60000', 'sleep 2 & seq 1 60000', 'seq 1 60000 >&2']
      const results = await Promise.all(
        Array.from({ length: 9 }, (_, n) => test.run(commands[n % 3]!, 100_000, 1_000_000)),
      )
      const ends = results.map(({ stdout, stderr }) => (stdout + stderr).slice(-12))
      expect(ends).toEqual(results.map(() => '59999\n60000\n'))
    })

    it.each(['yes', 'sleep 60', 'exec env -i sleep 60', 'sleep 60 & sleep 60', 'trap "" TERM INT; sleep 60'])(
      'ends at its timeout: %s',
      async (command) => {
        await using test = await TestSandbox.start(provider)
        const result = await test.run(command, 300, 1_000)
        expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: true, aborted: false })
        expect(result.durationMs).toBeLessThan(30_000)
        expect((await test.run('echo still usable')).stdout).toBe('still usable\n')
      },
    )

    it('ends when it is aborted, before or during', async () => {
      await using test = await TestSandbox.start(provider)
      const controller = new AbortController()
      const options = { timeoutMs: 20_000, maxOutputBytes: 1_000, signal: controller.signal }
      const running = test.sandbox.exec('touch started; sleep 60', options)
      await eventually('the command to run', () => existsSync(join(test.folder, 'started')))
      controller.abort()
      expect(await running).toMatchObject({ exitCode: null, aborted: true, timedOut: false })
      expect(await test.sandbox.exec('touch never', options)).toMatchObject({ exitCode: null, aborted: true })
      expect(existsSync(join(test.folder, 'never'))).toBe(false)
    })

    it('does not wait for what a command leaves in the background, which lives on and may go on printing', async () => {
      await using test = await TestSandbox.start(provider)
      const server = 'until [ -e enough ]; do sleep 0.1; echo "a log line"; done; touch survived'
      const started = await test.run(`(${server}) & echo started`)
      expect(started).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('started') })
      writeFileSync(join(test.folder, 'enough'), '')
      await eventually('its end', () => existsSync(join(test.folder, 'survived')))
    })

    it('survives a command that kills everything it can', async () => {
      await using test = await TestSandbox.start(provider)
      if (provider.kind === 'process') return
      const result = await test.run('kill -9 -1; echo on', 5_000)
      expect(result.timedOut).toBe(false)
      expect((await test.run('echo still usable')).stdout).toBe('still usable\n')
    })

    it('runs nothing after its end', async () => {
      await using test = await TestSandbox.start(provider)
      await test.sandbox.signalKill()
      await test.sandbox.awaitExit(5_000)
      await expect(async () => test.run('echo x')).rejects.toThrow(SandboxGoneError)
    })
  })
}
