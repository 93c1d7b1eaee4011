import { setTimeout as delay } from 'node:timers/promises'
import { BackOff, type Logger } from '@mosaic/runtime'
import type { RunningComponent } from './component.ts'
import { ComponentStartError } from './node-service.ts'

/** What happens to one component, for those who show or record it. */
export type ComponentChange =
  | { status: 'starting' }
  | { status: 'running'; running: RunningComponent; restarts: number; tookMs: number }
  | { status: 'restarting'; reason: string; inMs: number }
  | { status: 'stopped' }

export type Supervised = {
  /** Settles when the component is healthy for the first time; rejects when it does not get there. */
  ready: Promise<void>
  /** Ends the supervision and stops the process. Settles when it is gone. */
  stop(): Promise<void>
}

export type SuperviseOptions = {
  start(options: { timeoutMs: number; signal: AbortSignal }): Promise<RunningComponent>
  onChange(change: ComponentChange): void
  logger: Logger
  /** How long one start may take, in milliseconds. */
  startLimitMs: number
  /** Where a process may live on without being of any use: whether it still answers. Never rejects. */
  answers?(running: RunningComponent): Promise<boolean>
  /** How long it is silent before it is ended, and started again. */
  silence?: Silence
}

/** So many questions in a row that were not answered, with so many milliseconds between them. */
type Silence = { readonly everyMs: number; readonly questions: number }
const longSilence: Silence = { everyMs: 5_000, questions: 4 }

/** A first start is tried this often; afterwards a component is restarted for as long as the tier runs. */
const firstStartAttempts = 4
/** A process that ran this long before it ended is not in a crash loop: its next restart is prompt again. */
const steadyMs = 30_000
/** Nor is one that somebody told to end. */
const endedAsTold = 'exit code 0'

/** Keeps one component running: starts it, and starts it again with back-off whenever it ends. */
export function supervise(options: SuperviseOptions): Supervised {
  const { start, onChange, logger, startLimitMs, answers, silence = longSilence } = options
  const stopping = new AbortController()
  const first = Promise.withResolvers<void>()
  // Whoever waits for `ready` sees the failure; nobody has to.
  first.promise.catch(() => {})

  async function keepRunning(): Promise<void> {
    const backOff = new BackOff({ firstMs: 250, longestMs: 10_000 })
    let restarts = -1
    while (!stopping.signal.aborted) {
      onChange({ status: 'starting' })
      const beganAt = performance.now()
      const outcome = await startOnce()
      if ('running' in outcome) {
        restarts += 1
        onChange({ status: 'running', running: outcome.running, restarts, tookMs: performance.now() - beganAt })
        first.resolve()
      }
      const reason = 'running' in outcome ? await untilEnded(outcome.running) : outcome.error.message
      if (stopping.signal.aborted) break
      const isSteady = reason === endedAsTold || performance.now() - beganAt >= steadyMs
      if ('running' in outcome && isSteady) backOff.reset()
      const attempts = backOff.failures + 1
      if ('error' in outcome && restarts < 0 && (outcome.error.final || attempts >= firstStartAttempts)) {
        first.reject(outcome.error)
        break
      }
      await backOff.pause(stopping.signal, (inMs) => {
        logger.warn({ reason, inMs }, 'ended; starting it again')
        onChange({ status: 'restarting', reason, inMs })
      })
    }
    onChange({ status: 'stopped' })
  }

  async function startOnce(): Promise<{ running: RunningComponent } | { error: ComponentStartError }> {
    try {
      return { running: await start({ timeoutMs: startLimitMs, signal: stopping.signal }) }
    } catch (error) {
      if (error instanceof ComponentStartError) return { error }
      return { error: new ComponentStartError((error as Error).message, { cause: error }) }
    }
  }

  async function untilEnded(running: RunningComponent): Promise<string> {
    const asked = new Promise<void>((resolve) => {
      if (stopping.signal.aborted) resolve()
      stopping.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    const over = new AbortController()
    const silent = answers && untilSilent(() => answers(running), silence, over.signal)
    const how = await Promise.race([running.exited, asked, ...(silent ? [silent] : [])])
    over.abort()
    if (stopping.signal.aborted || how === wasSilent) await running.stop()
    return how === wasSilent ? how : running.exited
  }

  const ended = keepRunning()
  return {
    ready: first.promise,
    async stop() {
      stopping.abort()
      first.reject(new ComponentStartError('was stopped'))
      await ended
    },
  }
}

const wasSilent = 'did not answer any more'

/** Never settles once the signal has come. */
async function untilSilent(
  answers: () => Promise<boolean>,
  { everyMs, questions }: Silence,
  signal: AbortSignal,
): Promise<typeof wasSilent> {
  for (let unanswered = 0; unanswered < questions; ) {
    await delay(everyMs, undefined, { signal }).catch(() => new Promise(() => {}))
    unanswered = (await answers()) ? 0 : unanswered + 1
  }
  return wasSilent
}
