import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { GitOutput } from './git-command.ts'
import { GitFault } from './contract.ts'

export type ProcessOptions = {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly input?: string | Readable
  readonly onOutput?: (chunk: Buffer) => void
}

/** What git says beyond this is no answer that anybody reads. */
const maxOutputBytes = 64 * 1024 ** 2
const maxErrorBytes = 64 * 1024

/** In a group of its own, so that ssh, index-pack and whatever else git starts end with it. */
export async function runProcess(
  [program = '', ...args]: readonly string[],
  options: ProcessOptions,
): Promise<GitOutput> {
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
    if (stdout.overflowed()) throw new GitFault(`${program} ${args[0]} said more than can be taken`)
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
