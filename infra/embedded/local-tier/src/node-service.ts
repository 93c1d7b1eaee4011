import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { lastLines, tiedProcess } from '@mosaic/runtime'
import type { Probe, RunningComponent } from './component.ts'
import { askHealth } from './health.ts'

export type NodeServiceOptions = {
  /** The program, a TypeScript file that Node runs as it is. */
  main: string
  args?: readonly string[]
  cwd: string
  env: NodeJS.ProcessEnv
  logFile: string
  probe: Probe
  url: string
  /** How long it may take to be healthy, in milliseconds. */
  timeoutMs: number
  /** Gives up waiting; the process is stopped. */
  signal: AbortSignal
}

/** Thrown when a component does not become healthy; the message ends with its last log lines. */
export class ComponentStartError extends Error {
  override readonly name = 'ComponentStartError'
  /** Starting again cannot help: the configuration is wrong. */
  readonly final: boolean

  constructor(message: string, options: { final?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.final = options.final ?? false
  }
}

/**
 * Starts one of our own services and waits until it is healthy. It notices by its IPC channel when we are gone
 * (MOSAIC_SUPERVISED), and has a session of its own, so that Ctrl-C reaches us alone and we stop it in order.
 */
export async function startNodeService(options: NodeServiceOptions): Promise<RunningComponent> {
  const output = openSync(options.logFile, 'a')
  const child = spawn(process.execPath, [options.main, ...(options.args ?? [])], {
    cwd: options.cwd,
    env: { ...options.env, MOSAIC_SUPERVISED: '1' },
    // An open stdin as well: a program may watch that instead of the IPC channel.
    stdio: ['pipe', output, output, 'ipc'],
    detached: true,
  })
  closeSync(output)
  const { pid, exited, stop } = tiedProcess(child)
  if (pid === undefined) throw new ComponentStartError(`could not be run: ${await exited}`)
  const stopService = () => stop('SIGTERM', 'SIGKILL', 12_000)
  const life: { ended?: string; lastAnswer?: string } = {}
  void exited.then((how) => (life.ended = how))
  const deadline = performance.now() + options.timeoutMs
  while (life.ended === undefined && performance.now() < deadline && !options.signal.aborted) {
    const { status, detail = 'unhealthy' } = await askHealth(options.probe)
    // Asked after the answer: on a port that another program took, that one would be the one answering.
    if (status !== 'unhealthy' && life.ended === undefined)
      return { pid, exited, stop: stopService, probe: options.probe, url: options.url }
    life.lastAnswer = detail
    await delay(30)
  }
  const { ended, lastAnswer } = life
  await stopService()
  const reason = ended
    ? `ended while starting (${ended})`
    : `was not healthy within ${options.timeoutMs / 1000} s (${lastAnswer})`
  throw new ComponentStartError(`${reason}\n${lastLines(options.logFile, 15).join('\n')}`, {
    // A bad configuration stays bad, and what was given all its time has had it.
    final: ended === undefined || ended === 'exit code 2',
  })
}
