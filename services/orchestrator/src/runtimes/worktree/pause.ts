import { isLive } from '../../domain/agent-session/index.ts'
import type { Run } from './run.ts'

/**
 * Makes true what was asked for: a pause freezes the sandbox and is confirmed once nothing of the agent moves; a resume
 * thaws it. Called at every request and at every boundary between steps; calls that find nothing to do write nothing.
 */
export class PauseGate {
  readonly #run: Run
  #frozen = false
  #queue: Promise<unknown> = Promise.resolve()

  constructor(run: Run) {
    this.#run = run
  }

  settle(): Promise<void> {
    const settled = this.#queue.then(() => this.#settle())
    this.#queue = settled.catch(() => undefined)
    return settled
  }

  async #settle(): Promise<void> {
    const { journal, workplace, isWritingFiles } = this.#run
    const { session } = journal
    if (!isLive(session) || session.kill) return
    if (session.control === 'pause' || (session.status === 'paused' && session.control === 'none')) {
      // Nothing of the agent runs while its files are written, and who waits for them would wait for ever.
      if (isWritingFiles) return
      if (!this.#frozen) await workplace?.sandbox.freeze()
      this.#frozen = workplace !== undefined
      // Asked again: the step may have ended while the sandbox was being frozen.
      if (this.#run.activity !== 'busy') await this.#run.record({ type: 'ConfirmPause' })
    } else if (session.control === 'resume') {
      if (this.#frozen) await workplace?.sandbox.thaw()
      this.#frozen = false
      await this.#run.record({ type: 'ConfirmResume' })
    }
  }

  /** Stays until the session goes on, or is to end. */
  async hold(): Promise<void> {
    const { journal } = this.#run
    this.#run.activity = 'idle'
    await this.settle()
    const goesOn = () => {
      const { session } = journal
      return (
        !isLive(session) || session.terminate !== null || (session.status !== 'paused' && session.control === 'none')
      )
    }
    await this.#run.until(goesOn)
  }
}
