import { setTimeout as delay } from 'node:timers/promises'
import { type AgentSessionEvent, agentSessionStream } from '@mosaic/contracts/agent-session'
import type { EventStore } from '@mosaic/event-store'
import type { Logger } from '@mosaic/runtime'
import { type AgentSession, agentSession, isLive } from '../domain/agent-session/index.ts'
import type { ReportWork, Runtimes } from '../runtimes/index.ts'
import type { RosterEntry } from '../sessions/roster.ts'

const everyMs = 5000

type Deps = {
  readonly store: Pick<EventStore, 'readStream'>
  readonly ownerId: string
  readonly entryOf: (sessionId: string) => RosterEntry | undefined
  /** Whether this process runs it, or lets go of it just now. */
  readonly isRun: (sessionId: string) => boolean
  readonly runtimes: () => Runtimes
  readonly report: ReportWork
  readonly logger: Logger
}

/**
 * A worker that was called dead, or was, has worktrees of sessions that others have taken over since, each on a disk of its
 * own: what is in them is out of date, or was never seen by whoever has ended the session.
 */
export class MovedSessions {
  readonly #deps: Deps
  readonly #known = new Map<string, AgentSession>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Run by this process, or about to be. */
  isHere(sessionId: string): boolean {
    const { isRun, entryOf, ownerId } = this.#deps
    return isRun(sessionId) || entryOf(sessionId)?.claim?.ownerId === ownerId
  }

  /** As its log has it, as far as that says where it is and whether it is over: it is not read again while that stands. */
  async sessionOf(sessionId: string): Promise<AgentSession> {
    const before = this.#known.get(sessionId)
    if (before && this.#stands(before, this.#deps.entryOf(sessionId))) return before
    const session = await fold(this.#deps.store, sessionId)
    this.#known.set(sessionId, session)
    return session
  }

  /** Takes their worktrees away. Never rejects. */
  async removeWorktrees({ push }: { readonly push: boolean }): Promise<void> {
    const { runtimes, report, logger } = this.#deps
    for (const { worktreesLeft } of runtimes().values()) {
      await worktreesLeft?.removeMoved(this, { report, push }).catch((error: unknown) => {
        logger.warn({ err: error }, 'worktrees of sessions that went on elsewhere cannot be looked for')
      })
    }
  }

  /** The same again and again, until the signal is aborted. */
  async removeNowAndThen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(everyMs, undefined, { signal, ref: false }).catch(() => undefined)
      if (!signal.aborted) await this.removeWorktrees({ push: true })
    }
  }

  /** A session that is over is forgotten by the roster, sooner or later. */
  #stands(known: AgentSession, entry: RosterEntry | undefined): boolean {
    if (known.status === 'none') return false
    if (!isLive(known) && known.released) return true
    if (!entry || entry.released) return false
    return known.placedUnder !== null && known.placedUnder === entry.claim?.epoch
  }
}

async function fold(store: Deps['store'], sessionId: string): Promise<AgentSession> {
  let session = agentSession.initialState
  for await (const item of store.readStream(agentSessionStream.of(sessionId))) {
    // The stream's own: parsed when it was read.
    if (item.kind === 'event') session = agentSession.evolve(session, item.event as unknown as AgentSessionEvent)
  }
  return session
}
