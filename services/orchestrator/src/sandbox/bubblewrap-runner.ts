import type { ChildProcess } from 'node:child_process'
import { chmodSync, chownSync, closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { systemProgram } from '../programs/starters.ts'
import type { AgentUser } from './agent-user.ts'
import { controlFolder, identityFiles } from './bubblewrap-arguments.ts'
import { scratchPrefix } from './clean-up.ts'
import { execVariable } from './command-environment.ts'
import { SandboxGoneError } from './contract.ts'

/**
 * The sandbox's pid 1. As such it cannot be killed from inside, and its end is everybody's end. It reads the
 * number of a command, starts it with its output on two pipes, and says when the pipes are open and how it ended.
 * Its input ends with the orchestrator.
 */
export function runnerScript(limits: { fileBytes: number; pids: number; limitPids: boolean }): string {
  return `exec 4>&1
c=${controlFolder}
ulimit -c 0; ulimit -f ${Math.ceil(limits.fileBytes / 512)}
${limits.limitPids ? `ulimit -u ${limits.pids} 2>/dev/null || ulimit -p ${limits.pids}` : ':'}
echo ready
while read -r n; do
  {
    exec >"$c/$n.out" 5>"$c/$n.err" 2>/dev/null </dev/null
    command=$(cat "$c/$n.command")
    read -r reporter _ </proc/self/stat
    echo "open $n $reporter" >&4
    (exec 2>&5 4>&- 5>&-; ${execVariable}=$n exec setsid sh -c "$command")
    echo "exit $n $?" >&4
  } &
done`
}

export type RunnerCommand = {
  readonly number: number
  readonly stdout: Socket
  readonly stderr: Socket
  readonly exitCode: Promise<number | null>
  /** Pid, inside, of the shell that waits for the command. */
  reporter: number | undefined
}

/** Holds commands and pipes; shown inside, read-only. Whom the sandbox runs as gets at the single files, by its group. */
export type ControlFolder = { readonly path: string; readonly user: AgentUser | undefined }

export async function controlFolderFor(sessionId: string, user: AgentUser | undefined): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), scratchPrefix(sessionId)))
  for (const [name, content] of Object.entries(identityFiles)) {
    await writeFile(join(path, name), content, { mode: 0o644 })
  }
  if (user) admit(path, user, 0o710)
  return path
}

function admit(path: string, { gid }: AgentUser, mode: number): void {
  chownSync(path, 0, gid)
  chmodSync(path, mode)
}

type Pending = { readonly opened: (reporter: number) => void; readonly exited: (code: number | null) => void }

/** Its last words may still be under way when its pipes have closed. */
const lastWordsMs = 250

/** The orchestrator's side of the runner: one request line per command, one pair of named pipes each. */
export class CommandRunner {
  readonly ready: Promise<void>
  readonly #child: ChildProcess
  readonly #control: ControlFolder
  readonly #pending = new Map<number, Pending>()
  /** Made while the sandbox starts. Those of later commands are not made ahead: somebody is there who could open them. */
  readonly #firstPipes: Promise<unknown>
  #count = 0
  #gone = false

  constructor(child: ChildProcess, control: ControlFolder) {
    this.#child = child
    this.#control = control
    this.#firstPipes = makePipes(control, 1)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.ready = promise
    createInterface({ input: child.stdout! }).on('line', (line) => this.#hear(line, resolve))
    // Writing to a sandbox that has just ended: its exit tells.
    child.stdin!.on('error', () => undefined)
    child.once('close', () => {
      this.#gone = true
      reject(new SandboxGoneError('the sandbox ended'))
      for (const pending of this.#pending.values()) pending.exited(null)
    })
  }

  async start(command: string): Promise<RunnerCommand> {
    const number = (this.#count += 1)
    const { path: folder, user } = this.#control
    const path = (kind: string) => pathIn(folder, number, kind)
    const pipes = await (number === 1 ? this.#firstPipes : makePipes(this.#control, number))
    // Its folder goes with it, and may be gone already.
    if (this.#gone) throw new SandboxGoneError('the sandbox ended')
    if (pipes instanceof Error) throw pipes
    writeFileSync(path('command'), command, { mode: 0o600 })
    if (user) admit(path('command'), user, 0o640)

    const [stdout, stderr] = [readPipe(path('out')), readPipe(path('err'))]
    const [opened, exited] = [Promise.withResolvers<number>(), Promise.withResolvers<number | null>()]
    this.#pending.set(number, { opened: opened.resolve, exited: exited.resolve })
    this.#child.stdin!.write(`${number}\n`)

    const started: RunnerCommand = {
      number,
      stdout: stdout.socket,
      stderr: stderr.socket,
      reporter: undefined,
      exitCode: Promise.race([exited.promise, silentEnd([stdout.socket, stderr.socket])]),
    }
    // Until the runner has the pipes open we hold their other end too, or reading would find their end at once.
    void Promise.race([opened.promise, exited.promise.then(() => undefined)]).then((reporter) => {
      started.reporter = reporter
      for (const end of [stdout, stderr]) closeSync(end.writer)
      for (const kind of ['out', 'err', 'command']) rmSync(path(kind), { force: true })
    })
    void started.exitCode.then(() => this.#pending.delete(number))
    return started
  }

  /** The lines come from inside, where anybody may forge them: what does not fit is ignored. */
  #hear(line: string, ready: () => void): void {
    if (line === 'ready') ready()
    const [, word, number, value] = /^(open|exit) (\d{1,9}) (\d{1,9})$/.exec(line) ?? []
    const pending = this.#pending.get(Number(number))
    if (word === 'open') pending?.opened(Number(value))
    if (word === 'exit') pending?.exited(Number(value) % 256)
  }
}

const pathIn = (folder: string, number: number, kind: string) => join(folder, `${number}.${kind}`)

/** Answers what went wrong, if something did. */
async function makePipes({ path: folder, user }: ControlFolder, number: number): Promise<unknown> {
  const paths = ['out', 'err'].map((kind) => pathIn(folder, number, kind))
  try {
    await systemProgram('mkfifo', '-m', '600', ...paths)
    if (user) for (const path of paths) admit(path, user, 0o620)
    return undefined
  } catch (error) {
    return error
  }
}

function readPipe(path: string): { socket: Socket; writer: number } {
  const { O_RDONLY, O_WRONLY, O_NONBLOCK, O_NOFOLLOW } = constants
  const fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
  const writer = openSync(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW)
  return { socket: new Socket({ fd, readable: true, writable: false }), writer }
}

/** `kill -9 -1` inside takes the shell that would report: then the end of both pipes is the end of the command. */
async function silentEnd(sockets: readonly Socket[]): Promise<null> {
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))))
  await delay(lastWordsMs)
  return null
}
