import { type ChildProcess, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { cgroupEnclosure } from './cgroup-enclosure.ts'
import { type Cgroup, createCgroup } from './cgroup.ts'
import { shellGroupName } from './clean-up.ts'
import { defaultLimits, type SandboxLimits } from './contract.ts'
import { withDescendants } from './process-table.ts'
import { killTree } from './process-tree.ts'
import { filteredMachine, seccompFilter } from './seccomp/filter.ts'
import { shellWord } from './shell-word.ts'

/** Where bwrap says the pid of the sandbox's first process, as JSON, and where it reads its filter of system calls. */
export const infoFd = 3
export const filterFd = 4
const scriptFd = 5

/** A shell in a control group of its own, that becomes a sandbox: no moment outside of the limits. */
export type Shell = {
  readonly child: ChildProcess
  readonly cgroup: Cgroup
  /** The name of its control group. */
  readonly name: string
  /** Replaces it by a program, which sees this environment alone. */
  become(command: readonly string[], environment: Readonly<Record<string, string>>): void
  /** Ends all that it has become and started, at once. */
  end(): void
}

const soonMs = 20
const endWithinMs = 5_000

type Waiting = Omit<Shell, 'cgroup' | 'end'>

/**
 * Keeps one shell that waits. To start a program holds up the orchestrator, and the kernel lets a process join a control group
 * only when all others have moved on, which takes some ten milliseconds: nobody whose sandbox begins should wait for either.
 * It knows nothing, is nobody's, and ends with the orchestrator, when its input does.
 */
export class Shells {
  #spare: Waiting | undefined

  /** The one that waits, or a new one, under these limits. */
  take(limits: SandboxLimits): Shell {
    const shell = this.#spare ?? start()
    this.#spare = undefined
    const { child } = shell
    for (const each of [child, ...child.stdio]) (each as ChildProcess | undefined)?.ref?.()
    const cgroup = createCgroup(shell.name, limits)
    return { ...shell, cgroup, end: () => endAll(child, cgroup) }
  }

  /** Soon: whoever has just got a sandbox has something to do in it, and goes first. */
  keepOneSoon(): void {
    setTimeout(() => this.keepOne(), soonMs).unref()
  }

  /** To be called when nobody waits: the next will find one. */
  keepOne(): void {
    if (this.#spare) return
    const shell = start()
    const { child } = shell
    this.#spare = shell
    for (const each of [child, ...child.stdio]) (each as ChildProcess | undefined)?.unref?.()
    const forget = () => {
      if (this.#spare === shell) this.#spare = undefined
    }
    child.once('error', forget).once('exit', forget)
  }
}

function start(): Waiting {
  const name = shellGroupName()
  const { procsFiles } = createCgroup(name, defaultLimits)
  const join = procsFiles.map((file) => `echo $$ >'${file}' && `).join('')
  const child = spawn('/bin/sh', ['-c', `${join}script=$(cat <&${scriptFd}) && eval "$script"`], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  })
  const streams: readonly unknown[] = child.stdio
  const [filter, script] = [streams[filterFd] as Writable, streams[scriptFd] as Writable]
  // One that ends before it has read them says why itself.
  for (const pipe of [filter, script]) pipe.on('error', () => undefined)
  const machine = filteredMachine()
  filter.end(machine && seccompFilter(machine))
  return {
    child,
    name,
    become: (command, environment) => void script.end(becomingScript(command, environment)),
  }
}

/**
 * A bwrap whose sandbox is another user's takes nobody along when it is killed: the signal that a child gets at its parent's death
 * is the parent's to send, and that one may not any more.
 */
function endAll(child: ChildProcess, { whole }: Cgroup): void {
  if (whole) {
    cgroupEnclosure(whole).kill()
    // It may not have joined yet.
    child.kill('SIGKILL')
  } else void killTree((table) => withDescendants(table, ({ pid }) => pid === child.pid), endWithinMs)
}

/** Arguments can be read by everybody on the machine, for as short as they stand: what a program is to see is never one. */
export function becomingScript(command: readonly string[], environment: Readonly<Record<string, string>>): string {
  const variables = Object.entries(environment).map(([name, value]) => `export ${name}=${shellWord(value)}`)
  const own = 'unset PWD OLDPWD SHLVL'
  return [`exec ${scriptFd}<&-`, own, ...variables, `exec ${command.map(shellWord).join(' ')}`, ''].join('\n')
}
