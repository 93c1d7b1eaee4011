import { setTimeout as delay } from 'node:timers/promises'
import type { ExecOptions, ExecResult, Sandbox, SandboxProvider } from '../contract.ts'
import { ownPaths } from '../agent-user.ts'
import { DiskWatch } from './disk-watch.ts'
import type { DiskQuota } from './quota.ts'

/** How often the disk is looked at while a command runs, and while only what it left behind may. */
const [busyMs, idleMs] = [250, 2_000]

/** Sandboxes whose worktrees have a quota. No user can set one by the file system: it is watched, and what exceeds it ends. */
export const withQuota = (provider: SandboxProvider, quota: DiskQuota): SandboxProvider => ({
  ...provider,
  async available() {
    const answer = await provider.available()
    return answer.ok ? { ok: true, guarantees: { ...answer.guarantees, disk: true } } : answer
  },
  async create(spec) {
    const sandbox = await provider.create(spec)
    return watched(
      sandbox,
      ownPaths(spec).map((path) => new DiskWatch(path, quota)),
    )
  },
})

function watched(sandbox: Sandbox, watches: readonly DiskWatch[]): Sandbox {
  const running = new Set<AbortController>()
  const over = new AbortController()
  let ending: Promise<void> = Promise.resolve()

  const look = async () => {
    const verdicts = await Promise.all(watches.map((watch) => watch.verdict().catch(() => undefined)))
    const reason = verdicts.find((verdict) => verdict !== undefined)
    if (reason === undefined || over.signal.aborted) return
    for (const command of running) command.abort(reason)
    ending = sandbox
      .endAll()
      .then(() => Promise.all(watches.map((watch) => watch.standsStill())))
      .then(() => undefined)
      .catch(() => undefined)
    await ending
  }
  const keepLooking = async () => {
    const { signal } = over
    const pause = () => delay(running.size > 0 ? busyMs : idleMs, true, { signal, ref: false }).catch(() => false)
    while (await pause()) await look()
  }
  void keepLooking()

  const exec = async (command: string, options: ExecOptions): Promise<ExecResult> => {
    // What comes now is not to be taken for what is being ended.
    await ending
    const full = new AbortController()
    const signal = AbortSignal.any([full.signal, ...(options.signal ? [options.signal] : [])])
    running.add(full)
    try {
      const result = await sandbox.exec(command, { ...options, signal })
      const isOurs = full.signal.aborted && !options.signal?.aborted
      return isOurs ? { ...result, aborted: false, full: String(full.signal.reason) } : result
    } finally {
      running.delete(full)
    }
  }
  return {
    ...sandbox,
    guarantees: { ...sandbox.guarantees, disk: true },
    exec,
    signalKill() {
      over.abort()
      return sandbox.signalKill()
    },
    dispose() {
      over.abort()
      return sandbox.dispose()
    },
  }
}
