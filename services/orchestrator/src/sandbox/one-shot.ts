import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import type { OneShot, RunningOneShot, SandboxLimits } from './contract.ts'
import { SandboxStartError } from './contract.ts'

/** Where its scratch folder is inside a sandbox that has a /tmp of its own. */
export const insideScratch = '/tmp'

/** What a program of ours sees, whichever sandbox it runs in; nothing of the orchestrator's environment. */
export function oneShotEnvironment({ environment }: OneShot, scratch: string): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: scratch,
    TMPDIR: scratch,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    ...environment,
  }
}

/** The limits that a shell can set; a control group sets the others. */
export function limitedScript(script: string, limits: SandboxLimits, limitPids: boolean): string {
  const pids = limitPids ? `ulimit -u ${limits.pids} 2>/dev/null || ulimit -p ${limits.pids}; ` : ''
  return `ulimit -c 0; ulimit -f ${Math.ceil(limits.fileBytes / 512)}; ${pids}${script}`
}

type Ending = {
  /** Ends the child and everything that it started. */
  readonly kill: () => void
  /** Gives back what it held. */
  readonly release: () => Promise<void>
}

/** A program that runs as a child of ours. */
export async function runningChild(child: ChildProcess, { kill, release }: Ending): Promise<RunningOneShot> {
  const exit = new Promise<number | null>((resolve) => {
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve(null)
      else resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
  await new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => reject(new SandboxStartError('a sandbox cannot be started', { cause })))
    // One that has a number was started, now or long ago.
    if (child.pid !== undefined) resolve()
  })
  // Whoever writes to a program that has ended learns it from the exit.
  child.stdin!.on('error', () => undefined)
  return {
    stdin: child.stdin!,
    stdout: child.stdout!,
    stderr: child.stderr!,
    exitCode: exit.then(async (code) => {
      const released = release()
      // Its killer did not wait for its children; what they held is given back once they are gone.
      if (code === null) await released
      return code
    }),
    kill,
  }
}
