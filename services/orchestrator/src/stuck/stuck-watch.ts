import type { StuckPolicy } from '@mosaic/contracts/agent-session'
import { isLive } from '../domain/agent-session/index.ts'
import type { ClaimedRun } from '../runtimes/claimed-run.ts'
import { findStuck, type StuckLimits } from './find-stuck.ts'

export type StuckRules = { readonly limits: StuckLimits; readonly policy: StuckPolicy }

/**
 * Sees to it that an agent which does not get on is found, as a fact that everybody sees, and so that it does again.
 * What the loop itself does again and again without a new fact is another matter: that ends the session (StepGuard).
 */
export class StuckWatch {
  readonly #run: ClaimedRun
  readonly #rules: StuckRules
  readonly #now: () => number
  readonly #complain: (error: unknown) => void
  readonly #stop: () => void
  #timer: NodeJS.Timeout | undefined
  #telling = false

  constructor(
    run: ClaimedRun,
    { now, complain, ...rules }: StuckRules & { now: () => number; complain: (error: unknown) => void },
  ) {
    this.#run = run
    this.#rules = rules
    this.#now = now
    this.#complain = complain
    this.#stop = run.journal.onEvent(() => this.#look())
    this.#look()
  }

  end(): void {
    this.#stop()
    clearTimeout(this.#timer)
  }

  #look(): void {
    clearTimeout(this.#timer)
    const { journal } = this.#run
    if (!isLive(journal.session)) return
    const { limits } = this.#rules
    this.#timer = setTimeout(() => this.#look(), limits.silentMs).unref()
    if (this.#telling) return
    this.#telling = true
    // After the event that is being folded, which others are still to hear of.
    queueMicrotask(() => {
      this.#tell()
        .catch((error: unknown) => this.#run.stopping.aborted || this.#complain(error))
        .finally(() => (this.#telling = false))
    })
  }

  async #tell(): Promise<void> {
    const { journal } = this.#run
    const { limits, policy } = this.#rules
    const { progress, session } = journal
    if (progress.found?.gotOn) await this.#run.record({ type: 'ClearStuck' })
    const stuck = findStuck(progress, session, { now: this.#now(), limits })
    if (!stuck) return
    const { reason, message } = stuck
    const since = new Date(stuck.since).toISOString()
    await this.#run.record({ type: 'FlagStuck', reason, message, since, policy })
  }
}
