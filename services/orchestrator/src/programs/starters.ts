import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Done, Ordered } from './starter.ts'
import type { ProgramOptions, ProgramOutput } from './run-program.ts'

const starters: Starter[] = []
let next = 0

/**
 * Runs a program to its end, started by a process that does nothing else: whoever starts one stands still until the
 * kernel has copied its tables of memory and has loaded the program, and on a machine where many agents begin at once
 * that takes tens of milliseconds each.
 * @throws as `runProgram` does
 */
export function runElsewhere(command: readonly string[], options: ProgramOptions): Promise<ProgramOutput> {
  const index = next++ % availableParallelism()
  const starter = (starters[index] ??= new Starter(() => delete starters[index]))
  return starter.run(command, options)
}

/** The longest that a timer can wait, in milliseconds: 24 days. */
const noLimitMs = 2 ** 31 - 1

/** Where a system has its own programs, whatever the environment of this process says. */
export const systemEnvironment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

/**
 * Has one of the system's own programs (rm, chown, find …) do something, started elsewhere.
 * @throws when it ends with anything but 0, with what it has complained about
 */
export async function systemProgram(...command: readonly string[]): Promise<void> {
  const { code, stderr } = await runElsewhere(command, { cwd: '/', env: systemEnvironment, timeoutMs: noLimitMs })
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${stderr.trim().slice(0, 500)}`)
}

type Waiting = { readonly resolve: (output: ProgramOutput) => void; readonly reject: (error: unknown) => void }

class Starter {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  #count = 0

  constructor(onEnd: () => void) {
    const program = fileURLToPath(new URL('./starter.ts', import.meta.url))
    this.#process = fork(program, [], { env: systemEnvironment, execArgv: [], serialization: 'advanced' })
    this.#process.on('message', (done: Done) => this.#settle(done))
    this.#process.on('error', (error) => this.#fail(error, onEnd))
    this.#process.on('exit', () => this.#fail(new Error('the process that starts programs has ended'), onEnd))
    this.#process.unref()
  }

  run(command: readonly string[], options: ProgramOptions): Promise<ProgramOutput> {
    const number = this.#count++
    const ordered: Ordered = { number, command, options }
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
      // We stay for as long as somebody waits, and no longer.
      this.#process.channel?.ref()
      this.#process.send(ordered)
    })
  }

  #settle(done: Done): void {
    const waiting = this.#waiting.get(done.number)
    this.#waiting.delete(done.number)
    if (this.#waiting.size === 0) this.#process.channel?.unref()
    if ('output' in done) waiting?.resolve(done.output)
    else waiting?.reject(done.error)
  }

  #fail(error: Error, onEnd: () => void): void {
    onEnd()
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
