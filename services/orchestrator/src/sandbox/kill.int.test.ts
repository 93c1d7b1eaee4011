import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '@mosaic/kit'
import Docker from 'dockerode'
import { describe, expect, it } from 'vitest'
import { candidates, statusLine, TestSandbox } from '../../test/sandboxes.ts'

/** Children, grandchildren, and four ways to get away: setsid, double fork, a cleared environment, all of them. */
const tree = `
for i in 1 2 3 4 5; do sleep 1000 & done
setsid sleep 1001 &
(setsid sh -c 'sleep 1002 & exit' &)
(env -i setsid sleep 1003 >/dev/null 2>&1 </dev/null &)
(env -i setsid sh -c 'cd /; (sleep 1004 &) ; exit' >/dev/null 2>&1 </dev/null &)
sh -c 'while :; do echo tick >> ticks; sleep 0.02; done' &
touch planted`

const size = (path: string) => (existsSync(path) ? readFileSync(path).length : 0)

/** Who has left its group may not have become a zombie yet. */
const isAlive = (pid: number) => !['', 'Z (zombie)', 'X (dead)'].includes(statusLine(pid, 'State'))

/** Resolves once a process that nobody freezes has ticked as often as one of the tree might have in that time. */
async function tickedElsewhere(times: number): Promise<void> {
  const ticking = spawn('sh', ['-c', 'while :; do echo tick; sleep 0.02; done'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let length = 0
  for await (const chunk of ticking.stdout) {
    length += (chunk as Buffer).length
    if (length >= times * 'tick\n'.length) break
  }
  ticking.kill('SIGKILL')
}

for (const { provider, works, title } of await candidates()) {
  describe.runIf(works)(title, () => {
    const planted = async (test: TestSandbox) => {
      await test.run(tree)
      await eventually('the whole tree', async () => (await test.sandbox.descendants()).length >= 10)
      return test.sandbox.descendants()
    }

    it('kills the whole tree, with what daemonised, and proves it', async () => {
      await using test = await TestSandbox.start(provider)
      await planted(test)
      const running = test.run('touch running; sleep 1005')
      await eventually('the command to run', () => existsSync(join(test.folder, 'running')))
      const pids = await test.sandbox.descendants()
      const startedAt = performance.now()
      const { signalled } = await test.sandbox.signalKill()
      // Not every kernel counts a sandbox's processes without a look at all of the machine's.
      expect(signalled).toBeGreaterThanOrEqual(1)
      expect(await test.sandbox.awaitExit(5_000)).toEqual({ exited: true })
      expect(await test.sandbox.descendants()).toEqual([])
      expect(performance.now() - startedAt).toBeLessThan(30_000)
      // Not by the sandbox's own account, but by the kernel's: no memory held, and soon no such process.
      expect(pids.map((pid) => statusLine(pid, 'VmRSS')).filter((memory) => memory !== '')).toEqual([])
      await expect.poll(() => pids.filter(isAlive)).toEqual([])
      expect(await running).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
    })

    it('freezes every process, holds timeouts meanwhile, and thaws', async () => {
      await using test = await TestSandbox.start(provider)
      await planted(test)
      await test.sandbox.freeze()
      const ticks = join(test.folder, 'ticks')
      const before = size(ticks)
      const held = test.run('echo after', 2_000)
      // For longer than its time: none of these takes less than 20 ms.
      await tickedElsewhere(120)
      expect(size(ticks)).toBe(before)
      await test.sandbox.thaw()
      expect(await held).toMatchObject({ stdout: 'after\n', timedOut: false })
      await eventually('the next tick', () => size(ticks) > before)
    })

    it('stands still for work on the worktree', async () => {
      await using test = await TestSandbox.start(provider)
      await planted(test)
      const ticks = join(test.folder, 'ticks')
      const [first, second] = await test.sandbox.whileStill(async () => {
        const first = size(ticks)
        await tickedElsewhere(10)
        return [first, size(ticks)]
      })
      expect(second).toBe(first)
      await eventually('the next tick', () => size(ticks) > second)
    })

    it('kills what is frozen', async () => {
      await using test = await TestSandbox.start(provider)
      const pids = await planted(test)
      await test.sandbox.freeze()
      await test.sandbox.signalKill()
      expect(await test.sandbox.awaitExit(5_000)).toEqual({ exited: true })
      expect(pids.map((pid) => statusLine(pid, 'VmRSS')).filter((memory) => memory !== '')).toEqual([])
      await expect.poll(() => pids.filter(isAlive)).toEqual([])
    })

    it('ends a command that is aborted while everything stands still (it was waited for without an end)', async () => {
      await using test = await TestSandbox.start(provider)
      const abort = new AbortController()
      const { exec } = test.sandbox
      const running = exec('touch running; sleep 1006.5', {
        timeoutMs: 60_000,
        maxOutputBytes: 1000,
        signal: abort.signal,
      })
      await eventually('the command to run', () => existsSync(join(test.folder, 'running')))
      await test.sandbox.freeze()
      abort.abort()
      expect(await running).toMatchObject({ exitCode: null, aborted: true })
      await test.sandbox.thaw()
      expect(await test.run('echo alive')).toMatchObject({ exitCode: 0, stdout: 'alive\n' })
      const left = await test.run("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep [1]006.5'")
      expect(left.stdout).toBe('0\n')
    })

    // Plain processes are told apart by their session alone, and their stale owner leaves them to the new one.
    it.runIf(provider.kind !== 'process')(
      'ended the sandbox of whoever had taken the session over, when the stale owner disposed of its own',
      async () => {
        await using test = await TestSandbox.start(provider)
        const stale = await provider.create({ sessionId: test.sessionId, worktreePath: test.folder })
        await stale.dispose()
        expect(await test.run('echo alive')).toMatchObject({ exitCode: 0, stdout: 'alive\n' })
      },
    )

    it.runIf(provider.kind === 'docker')(
      'a kill waited for containers that were still to be started, nobody wanting them any more',
      async () => {
        const abort = new AbortController()
        const folder = mkdtempSync(join(tmpdir(), 'mosaic-unwanted-'))
        const create = () => provider.create({ sessionId: randomUUID(), worktreePath: folder, signal: abort.signal })
        const making = Array.from({ length: 8 }, create)
        abort.abort()
        const made = await Promise.allSettled([...making, create()])
        expect(made.map(({ status }) => status)).toEqual(made.map(() => 'rejected'))
        const containers = await new Docker().listContainers({ all: true, filters: { label: ['mosaic.session'] } })
        const isOurs = ({ Mounts }: Docker.ContainerInfo) => Mounts.some(({ Destination }) => Destination === folder)
        expect(containers.filter(isOurs)).toEqual([])
        rmSync(folder, { recursive: true })
      },
    )

    it('leaves nothing on the machine when it is disposed, twice', async () => {
      const test = await TestSandbox.start(provider)
      await planted(test)
      await test.sandbox.dispose()
      await test.sandbox.dispose()
      expect(await test.sandbox.descendants()).toEqual([])
      expect(readdirSync(tmpdir()).filter((name) => name.includes(test.sessionId))).toEqual([])
      await test[Symbol.asyncDispose]()
    })

    it.runIf(provider.kind === 'bubblewrap')('sweeps up after orchestrators that nobody asks about again', async () => {
      const { sessionId } = await killedOrchestrator(provider.kind)
      expect(readdirSync(tmpdir()).some((name) => name.includes(sessionId))).toBe(true)
      await provider.available()
      expect(readdirSync(tmpdir()).some((name) => name.includes(sessionId))).toBe(false)
    })

    it.runIf(provider.kind === 'bubblewrap')(
      'swept away the sandbox of whoever had taken over the session of an orchestrator that is no more',
      async () => {
        const { sessionId } = await killedOrchestrator(provider.kind)
        await using test = await TestSandbox.start(provider, { sessionId })
        await provider.available()
        expect(await test.run('echo alive')).toMatchObject({ exitCode: 0, stdout: 'alive\n' })
        await provider.reattachOrCleanUp(sessionId)
      },
    )

    it('cleans up after an orchestrator that was killed', async () => {
      const { sessionId, pids } = await killedOrchestrator(provider.kind)
      expect(pids.length).toBeGreaterThanOrEqual(10)
      await provider.reattachOrCleanUp(sessionId)
      await eventually('no process of it', () => !pids.some(isAlive))
      expect(readdirSync(tmpdir()).filter((name) => name.includes(sessionId))).toEqual([])
    })
  })
}

async function killedOrchestrator(kind: string) {
  const program = fileURLToPath(new URL('../../test/sandbox-owner.ts', import.meta.url))
  const orchestrator = spawn(process.execPath, [program, kind, tree], { stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await new Promise<string>((resolve) => orchestrator.stdout.once('data', (data) => resolve(String(data))))
  const ended = new Promise((resolve) => orchestrator.once('close', resolve))
  orchestrator.kill('SIGKILL')
  await ended
  const { sessionId, pids } = JSON.parse(line) as { sessionId: string; pids: number[] }
  return { orchestrator, sessionId, pids }
}
