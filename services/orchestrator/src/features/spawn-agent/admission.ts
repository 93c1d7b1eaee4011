import { scopeWords } from '@mosaic/contracts/fleet'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { EventStore } from '@mosaic/event-store'
import type { Queued, Spec } from '../../domain/agent-session/index.ts'
import { frozenFor, frozenScopes } from '../../sessions/frozen.ts'
import type { Places } from '../../sessions/places.ts'
import { isOver, type Roster, type RosterEntry } from '../../sessions/roster.ts'
import { inTime } from '../in-time.ts'
import { limitReached, type Relatives, type SpawnLimits } from './limits.ts'

type Admitted<T> = Result<T, Rejection<RejectionCode>>

type AdmissionDeps = {
  readonly store: EventStore
  readonly roster: Pick<Roster, 'entries'>
  readonly find: (sessionId: string) => Promise<RosterEntry | undefined>
  readonly places: Pick<Places, 'live' | 'most' | 'hasRoom' | 'inLine' | 'hold'>
  readonly limits: SpawnLimits
  /** Resolves once the roster is whole: before, nobody can be counted. */
  readonly caughtUp: () => Promise<void>
}

/**
 * The door that every spawn goes through. Whether the fleet is frozen is asked of the log itself; what a freeze finds
 * between the question and the append, it waits for here, and the kill-all reaction ends it. Spawns that are under way
 * count as agents that live, so that many at once are no more than one after the other.
 */
export class Admission {
  readonly #deps: AdmissionDeps
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #asked = new Map<string, Relatives>()

  constructor(deps: AdmissionDeps) {
    this.#deps = deps
  }

  /** Carries the spawn out, or refuses it: FLEET_FROZEN, SPAWN_LIMIT_REACHED. */
  admit<T>(workspaceId: string, spec: Spec, spawn: (queued: Queued | null) => Promise<Admitted<T>>) {
    const admitted = this.#admit(workspaceId, spec, spawn)
    const settled = admitted.catch(() => undefined)
    this.#underWay.add(settled)
    void settled.then(() => this.#underWay.delete(settled))
    return admitted
  }

  /** Resolves once every spawn that is under way now stands in the log or has been refused. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async #admit<T>(
    workspaceId: string,
    spec: Spec,
    spawn: (queued: Queued | null) => Promise<Admitted<T>>,
  ): Promise<Admitted<T>> {
    const { limits, caughtUp } = this.#deps
    await inTime(caughtUp())
    const frozen = await this.#frozen(workspaceId, spec)
    if (frozen) return err(frozen)
    const depth = await this.#depthOf(spec)
    // From here to the count of this one nothing else comes in between.
    const reached = limitReached(limits, { depth, asked: spec, living: this.#living(spec.sessionId) })
    if (reached) return err(reached)
    this.#asked.set(spec.sessionId, spec)
    try {
      return await this.#begin(spec, spawn)
    } finally {
      this.#asked.delete(spec.sessionId)
    }
  }

  /** Nobody overtakes those in line. */
  #begin<T>({ sessionId }: Spec, spawn: (queued: Queued | null) => Promise<T>): Promise<T> {
    const { places } = this.#deps
    if (places.hasRoom && places.inLine().length === 0) return places.hold(sessionId, () => spawn(null))
    return spawn({ live: places.live, most: places.most })
  }

  #living(but: string): Relatives[] {
    const living = new Map(this.#asked)
    for (const entry of this.#deps.roster.entries()) {
      if (!isOver(entry)) living.set(entry.session.sessionId, entry.session)
    }
    living.delete(but)
    return [...living.values()]
  }

  /** The level on which it would stand, looked at no further than it matters. */
  async #depthOf({ parentSessionId }: Spec): Promise<number> {
    let depth = 1
    let above = parentSessionId
    while (above !== null && depth <= this.#deps.limits.depth) {
      depth++
      above = (await this.#deps.find(above))?.session.parentSessionId ?? null
    }
    return depth
  }

  async #frozen(workspaceId: string, { runtime }: Spec): Promise<Rejection<'FLEET_FROZEN'> | undefined> {
    const scope = frozenFor(await frozenScopes(this.#deps.store, workspaceId), runtime)
    if (!scope) return undefined
    const message = `the fleet is frozen for ${scopeWords(scope)}: nothing is spawned until it is unfrozen (mosaic fleet unfreeze)`
    return { code: 'FLEET_FROZEN', message }
  }
}
