import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { accessSync, closeSync, constants, openSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Who a program runs as. `capabilities` are Linux capabilities that it keeps, such as `dac_override`. */
export type RunAs = { uid: number; gid: number; capabilities?: readonly string[] }

export type TiedProcessOptions = {
  /** File that stdout and stderr are appended to. */
  logFile: string
  /** The signal that the program gets when this process dies, however it dies. */
  deathSignal: 'SIGTERM' | 'SIGQUIT' | 'SIGKILL'
  runAs?: RunAs
  env?: NodeJS.ProcessEnv
}

/** A program that runs beside us. */
export type TiedProcess = {
  /** Undefined when it could not be run at all; `exited` then says why. */
  pid: number | undefined
  /** Settles, never rejects, when the process has ended, whoever ended it: a signal's name or `exit code N`. */
  exited: Promise<string>
  /** Sends `signal`, and `lastResort` if the process is still there after `limitMs`. Settles when it has ended. */
  stop(signal: NodeJS.Signals, lastResort: NodeJS.Signals, limitMs: number): Promise<void>
}

/**
 * Starts a program that knows nothing of us (nats-server, Postgres) so that it cannot outlive this process, even
 * after SIGKILL. Linux sends the signal itself (PR_SET_PDEATHSIG, set through util-linux `setpriv` after the change
 * of user, which would clear it; see prctl(2)); elsewhere a small shell waits for our end of a pipe to close.
 * The program gets a session of its own: Ctrl-C in a terminal reaches us alone, and we stop it in order.
 * Changing the user (`runAs`) needs `setpriv` and throws without it.
 */
export function spawnTied(command: string, args: readonly string[], options: TiedProcessOptions): TiedProcess {
  const [program, programArgs] = tiedCommand(command, args, options)
  const output = openSync(options.logFile, 'a')
  const child = spawn(program, programArgs, {
    stdio: ['ignore', output, output],
    detached: true,
    env: options.env ?? process.env,
  })
  closeSync(output)
  if (program === command && child.pid !== undefined) watchOver(child.pid, options.deathSignal, child)
  return tiedProcess(child)
}

/** The life of a child process as `TiedProcess` tells it. */
export function tiedProcess(child: ChildProcess): TiedProcess {
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  const stop = async (signal: NodeJS.Signals, lastResort: NodeJS.Signals, limitMs: number) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    const limit = setTimeout(() => child.kill(lastResort), limitMs)
    await exited
    clearTimeout(limit)
  }
  return { pid: child.pid, exited, stop }
}

/** The command line that runs a program as another user (see `RunAs`), for short-lived helpers of an engine. */
export function asUser(command: string, args: readonly string[], runAs: RunAs | undefined): [string, string[]] {
  return runAs ? ['setpriv', [...identityFlags(runAs), command, ...args]] : [command, [...args]]
}

/** Where servers are installed, which an ordinary user's PATH may leave out. */
const serverFolders = ['/usr/local/sbin', '/usr/sbin']

/** Finds a program on the PATH or where servers are installed; undefined when there is none. */
export function onPath(program: string, path = process.env['PATH'] ?? ''): string | undefined {
  return [...path.split(delimiter), ...serverFolders]
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

function tiedCommand(command: string, args: readonly string[], options: TiedProcessOptions): [string, string[]] {
  const flags = options.runAs ? identityFlags(options.runAs) : []
  if (canSetDeathSignal()) return ['setpriv', ['--pdeathsig', options.deathSignal.slice(3), ...flags, command, ...args]]
  if (options.runAs) throw new Error('Running a program as another user needs setpriv (util-linux), which is missing.')
  return [command, [...args]]
}

function identityFlags({ uid, gid, capabilities = [] }: RunAs): string[] {
  const kept = capabilities.map((name) => `+${name}`).join(',')
  return [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    // Without the bit access(2) answers as if an ordinary user had none, and programs ask it before they look.
    ...(kept ? [`--inh-caps=${kept}`, `--ambient-caps=${kept}`, '--securebits=+no_setuid_fixup'] : []),
  ]
}

let deathSignalWorks: boolean | undefined

function canSetDeathSignal(): boolean {
  // BusyBox has a setpriv without --pdeathsig, so the option itself is tried.
  deathSignalWorks ??= spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' }).status === 0
  return deathSignalWorks
}

function watchOver(pid: number, signal: string, child: ChildProcess): void {
  const script = 'read -r _; kill -s "$1" "$2" 2>/dev/null'
  const watcher = spawn('sh', ['-c', script, 'sh', signal.slice(3), String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watcher.unref()
  child.once('exit', () => watcher.kill('SIGKILL'))
}
