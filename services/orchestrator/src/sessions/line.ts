import type { Logger } from '@mosaic/runtime'
import type { Places } from './places.ts'
import type { RosterEntry } from './roster.ts'

type LineDeps = {
  readonly places: Pick<Places, 'inLine' | 'hasRoom' | 'hold'>
  /** Claims a session that nobody has claimed, which begins it. Another may come first: the log decides. */
  readonly claim: (sessionId: string) => Promise<void>
  readonly isRunnable: (entry: RosterEntry) => boolean
  /** Asked anew of the log for each look along the line. */
  readonly frozen: () => (entry: RosterEntry) => Promise<boolean>
  readonly logger: Logger
}

/**
 * Begins the sessions that wait for their turn, in their order, as room comes. Who stands where follows from the log: a
 * session in line has been asked for and queued, and nobody has claimed it.
 */
export class Line {
  readonly #deps: LineDeps
  #looking: Promise<void> | undefined
  #lookAgain = false

  constructor(deps: LineDeps) {
    this.#deps = deps
  }

  /** To be called when there may be room, or somebody in line may have to be ended. Never rejects. */
  advance(): Promise<void> {
    this.#lookAgain = true
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #look(): Promise<void> {
    while (this.#lookAgain) {
      this.#lookAgain = false
      try {
        await this.#pass()
      } catch (error) {
        // The next look tries again.
        this.#deps.logger.warn({ err: error }, 'those in line cannot be begun now')
      }
    }
  }

  async #pass(): Promise<void> {
    const { places, claim, isRunnable } = this.#deps
    const isFrozen = this.#deps.frozen()
    const waiting = places.inLine().filter(isRunnable)
    // They are claimed to be ended: that needs no place, and has no time to wait for one.
    await Promise.all(waiting.filter(isToEnd).map(({ session }) => claim(session.sessionId)))
    for (const entry of waiting) {
      const { sessionId } = entry.session
      if (isToEnd(entry)) continue
      if (!places.hasRoom) return
      // One after the other: who has waited longer stands before the others in the log.
      if (!(await isFrozen(entry))) await places.hold(sessionId, () => claim(sessionId))
    }
  }
}

const isToEnd = ({ session: { pending } }: RosterEntry) => pending === 'kill' || pending === 'terminate'
