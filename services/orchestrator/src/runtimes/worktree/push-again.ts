import { BackOff } from '@mosaic/runtime'
import { isLive } from '../../domain/agent-session/index.ts'
import { approverOf } from './quality.ts'
import { branchOf } from './push-work.ts'
import type { Run } from './run.ts'

const pauses = { firstMs: 2000, longestMs: 300_000, spread: 0.5 }
/** Together some ten minutes; the next commit, the session's end and a person try again after that. */
const mostTries = 8

/** Sends to the origin again what could not be sent, while the session lives and has nothing to do with it. */
export class PushAgain {
  readonly #run: Run
  readonly #stop = new AbortController()
  #trying = false

  constructor(run: Run) {
    this.#run = run
  }

  /** Asked after each commit. */
  begin(): void {
    if (this.#trying || !this.#isDue()) return
    this.#trying = true
    this.#try()
      .catch((error: unknown) => {
        const { journal, deps } = this.#run
        if (!this.#signal.aborted)
          deps.logger.error({ sessionId: journal.sessionId, err: error }, 'a push cannot be tried again')
      })
      .finally(() => (this.#trying = false))
  }

  end(): void {
    this.#stop.abort()
  }

  get #signal(): AbortSignal {
    return AbortSignal.any([this.#run.halted, this.#stop.signal])
  }

  #isDue(): boolean {
    const { session } = this.#run.journal
    return isLive(session) && session.work.head?.push.state === 'failed' && !this.#signal.aborted
  }

  async #try(): Promise<void> {
    const { deps, journal } = this.#run
    const backOff = new BackOff(pauses)
    while (backOff.failures < mostTries) {
      await backOff.pause(this.#signal)
      const { session } = journal
      const branch = isLive(session) && branchOf(session, this.#run.secretRules)
      if (!branch || !this.#isDue()) return
      const pushed = await deps.git.pushBranch(branch, approverOf(this.#run))
      if (!this.#isDue()) return
      if (pushed.ok && pushed.value) await this.#run.record({ type: 'RecordPush', ...pushed.value })
    }
  }
}
