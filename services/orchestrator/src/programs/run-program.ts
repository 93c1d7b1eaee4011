import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export type ProgramOptions = {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** In milliseconds: then it is killed, and `code` is 124. */
  readonly timeoutMs: number
  readonly input?: string
}

export type Streams = {
  readonly input?: string | Readable
  /** Gets the output as it comes; `stdout` stays empty then. */
  readonly onOutput?: (chunk: Buffer) => void
}

export type ProgramOutput = {
  /** 128 and the signal's number, as shells count, where a signal has ended it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
}

/** What a program says beyond this is no answer that anybody reads. */
const maxOutputBytes = 64 * 1024 ** 2
const maxErrorBytes = 64 * 1024

/**
 * Runs a program to its end, in a group of its own, so that what it has started (git: ssh, index-pack) ends with it.
 * @throws when it cannot be started, or says more than 64 MiB
 */
export async function runProgram(
  [program = '', ...args]: readonly string[],
  options: Omit<ProgramOptions, 'input'> & Streams,
): Promise<ProgramOutput> {
  const child = spawn(program, args, { cwd: options.cwd, env: { ...options.env }, stdio: 'pipe', detached: true })
  let timedOut = false
  const deadline = setTimeout(() => {
    timedOut = true
    killGroup(child)
  }, options.timeoutMs)
  try {
    const stdout = collect(child.stdout, maxOutputBytes, options.onOutput)
    const stderr = collect(child.stderr, maxErrorBytes)
    const feeding = feed(child, options.input)
    const code = await exitOf(child)
    await feeding
    if (stdout.overflowed()) throw new Error(`${program} ${args[0]} said more than can be taken`)
    return { code: timedOut ? 124 : code, stdout: stdout.text(), stderr: stderr.text(), timedOut }
  } finally {
    clearTimeout(deadline)
    killGroup(child)
  }
}

/** A source that fails and a program that stops listening both end the input; what comes of it, the exit says. */
async function feed(child: ChildProcess, input: string | Readable | undefined): Promise<void> {
  const source = input instanceof Readable ? input : Readable.from(input ? [input] : [])
  await pipeline(source, child.stdin!).catch(() => undefined)
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

/** Reads all, keeps the beginning. */
export function collect(stream: Readable, maxBytes: number, onOutput?: (chunk: Buffer) => void) {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('error', () => undefined)
  stream.on('data', (chunk: Buffer) => {
    if (onOutput) return onOutput(chunk)
    bytes += chunk.length
    if (bytes <= maxBytes) chunks.push(chunk)
  })
  return { text: () => Buffer.concat(chunks).toString('utf8'), overflowed: () => bytes > maxBytes }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nobody of the group is left.
  }
}
