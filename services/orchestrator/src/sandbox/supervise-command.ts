import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { BoundedOutput } from './bounded-output.ts'
import type { ExecOptions, ExecResult } from './contract.ts'
import type { FreezeClock } from './freeze-clock.ts'

/** A command that has been started, in whatever way a provider starts one. */
export type StartedCommand = {
  readonly stdout: Readable
  readonly stderr: Readable
  /** As a shell says it: 128 + n after signal n; null when the sandbox ended under it. Never rejects. */
  readonly exitCode: Promise<number | null>
  /** Ends this command and what it started, not the sandbox. */
  kill(): Promise<void>
}

/** A background process may hold the pipes open after the command itself has ended. */
const pipesCloseWithinMs = 100
const killAgainMs = 1_000

/** What every provider's exec has in common: bounded output, timeout, abort. */
export async function superviseCommand(
  start: () => Promise<StartedCommand>,
  options: ExecOptions,
  clock: FreezeClock,
): Promise<ExecResult> {
  const { signal } = options
  await thawedOrAborted(clock, signal)
  const startedAt = performance.now()
  if (signal?.aborted) return neverRan
  const command = await start()
  const stdout = new BoundedOutput(command.stdout, options.maxOutputBytes)
  const stderr = new BoundedOutput(command.stderr, options.maxOutputBytes)

  let endedBy: 'timeout' | 'abort' | undefined
  const end = (reason: 'timeout' | 'abort') => {
    endedBy ??= reason
    void killUntilEnded(command)
  }
  const onAbort = () => end('abort')
  const deadline = clock.after(options.timeoutMs, () => end('timeout'))
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()

  const exitCode = await command.exitCode
  deadline.cancel()
  signal?.removeEventListener('abort', onAbort)
  await Promise.race([Promise.all([stdout.ended, stderr.ended]), delay(pipesCloseWithinMs)])

  const [out, err] = [stdout.take(), stderr.take()]
  const killed = endedBy !== undefined || exitCode === null
  return {
    exitCode: killed ? null : exitCode,
    signal: killed ? 'SIGKILL' : null,
    stdout: out.text,
    stderr: err.text,
    truncated: out.truncated || err.truncated,
    timedOut: endedBy === 'timeout',
    aborted: endedBy === 'abort',
    durationMs: Math.round(performance.now() - startedAt),
  }
}

/** An engine that does not answer now may do so in a moment; the command must not run on for that. */
async function killUntilEnded(command: StartedCommand): Promise<void> {
  let hasEnded = false
  void command.exitCode.then(() => (hasEnded = true))
  while (!hasEnded) {
    await command.kill().catch(() => undefined)
    await Promise.race([command.exitCode, delay(killAgainMs, undefined, { ref: false })])
  }
}

const neverRan: ExecResult = {
  exitCode: null,
  signal: null,
  stdout: '',
  stderr: '',
  truncated: false,
  timedOut: false,
  aborted: true,
  durationMs: 0,
}

async function thawedOrAborted(clock: FreezeClock, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return clock.whenThawed()
  const aborted = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => aborted.resolve(), { once: true })
  if (signal.aborted) return
  await Promise.race([clock.whenThawed(), aborted.promise])
}
