import { setTimeout as delay } from 'node:timers/promises'
import { agentSessionStream } from '@mosaic/contracts/agent-session'
import type { EventStore } from '@mosaic/event-store'
import type { Logger } from '@mosaic/runtime'
import type { Place } from '../domain/agent-session/index.ts'
import type { Runtimes } from '../runtimes/index.ts'
import type { RosterEntry } from '../sessions/roster.ts'

const everyMs = 5000

type Deps = {
  readonly store: Pick<EventStore, 'readStream'>
  readonly ownerId: string
  readonly entryOf: (sessionId: string) => RosterEntry | undefined
  /** Whether this process runs it, or lets go of it just now. */
  readonly isRun: (sessionId: string) => boolean
  readonly runtimes: () => Runtimes
  readonly logger: Logger
}

/** By session: its place, and the claim under which it has that, which does not change as long as the claim stands. */
type Known = { readonly epoch: number | undefined; readonly place: Place }

/**
 * A worker that was called dead, or was, has worktrees of sessions that others have taken over since, each on a disk of its
 * own: what is in them is out of date.
 */
export class MovedSessions {
  readonly #deps: Deps
  readonly #known = new Map<string, Known>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Run by this process, or about to be. */
  isHere(sessionId: string): boolean {
    const { isRun, entryOf, ownerId } = this.#deps
    return isRun(sessionId) || entryOf(sessionId)?.claim?.ownerId === ownerId
  }

  /** The place that it was given by whoever claimed it last; `undefined` before that. */
  async placeOf(sessionId: string): Promise<Place | undefined> {
    const epoch = this.#deps.entryOf(sessionId)?.claim?.epoch
    const before = this.#known.get(sessionId)
    if (before && before.epoch === epoch) return before.place
    const place = await placeSinceClaim(this.#deps.store, sessionId)
    if (place) this.#known.set(sessionId, { epoch, place })
    return place
  }

  /** Takes their worktrees away. Never rejects. */
  async removeWorktrees(): Promise<void> {
    for (const { worktreesLeft } of this.#deps.runtimes().values()) {
      await worktreesLeft?.removeMoved(this).catch((error: unknown) => {
        this.#deps.logger.warn({ err: error }, 'worktrees of sessions that went on elsewhere cannot be looked for')
      })
    }
  }

  /** The same again and again, until the signal is aborted. */
  async removeNowAndThen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(everyMs, undefined, { signal, ref: false }).catch(() => undefined)
      if (!signal.aborted) await this.removeWorktrees()
    }
  }
}

async function placeSinceClaim(store: Deps['store'], sessionId: string): Promise<Place | undefined> {
  let place: Place | undefined
  for await (const item of store.readStream(agentSessionStream.of(sessionId))) {
    if (item.kind !== 'event') continue
    if (item.event.type === 'SessionClaimed') place = undefined
    if (item.event.type === 'AgentSpawned') place = item.event.data.place
  }
  return place
}
