import { isInScope, type Scoped, scopeWords } from '@mosaic/contracts/fleet'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { type EventStore, inTime } from '@mosaic/event-store'
import pLimit from 'p-limit'
import type { Queued, Spec } from '../../domain/agent-session/index.ts'
import { frozenScopes } from '../../sessions/frozen.ts'
import type { Places } from '../../sessions/places.ts'
import { SharedReads } from '../../git/index.ts'
import type { Precedence } from '../../precedence.ts'
import { isOver, type Roster, type RosterEntry } from '../../sessions/roster.ts'
import { limitReached, type Relatives, type SpawnLimits } from './limits.ts'

type Admitted<T> = Result<T, Rejection<RejectionCode>>

/**
 * So many go through it at a time. Where hundreds come, each waits for its turn, and what the event store is given time for
 * begins then: all at once they would wait for one another, and be told that it does not answer.
 */
const atOnce = 8

/** An orchestrator that has just started reads the log first; a spawn has the time for that. In milliseconds. */
const caughtUpMs = 20_000

type AdmissionDeps = {
  readonly store: EventStore
  readonly roster: Pick<Roster, 'get' | 'children' | 'ofMission'>
  readonly find: (sessionId: string) => Promise<RosterEntry | undefined>
  readonly places: Pick<Places, 'live' | 'most' | 'hasRoom' | 'lineHere' | 'hold' | 'suits'>
  readonly limits: SpawnLimits
  /** Goes before what those do who have got in already. */
  readonly spawns: Precedence
  /** Who would run what is spawned here. */
  readonly workerId: string
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
  readonly #freezes = new SharedReads()
  readonly #turns = pLimit(atOnce)
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #asked = new Map<string, Relatives>()

  constructor(deps: AdmissionDeps) {
    this.#deps = deps
  }

  /** Carries the spawn out, or refuses it: FLEET_FROZEN, SPAWN_LIMIT_REACHED, or its parent is killed. */
  admit<T>(workspaceId: string, spec: Spec, spawn: (queued: Queued | null) => Promise<Admitted<T>>) {
    const admitted = this.#turns(() => this.#admit(workspaceId, spec, spawn))
    const over = this.#deps.spawns.begin()
    const settled = admitted.catch(() => undefined).finally(over)
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
    await inTime(caughtUp(), caughtUpMs)
    const above = await this.#above(spec)
    const frozen = await this.#frozen(workspaceId, this.#scoped(spec, above))
    if (frozen) return err(frozen)
    // From here to the count of this one nothing else comes in between.
    const killed = this.#parentKilled(above[0])
    if (killed) return err(killed)
    const depth = above.length + 1
    const reached = limitReached(limits, { depth, asked: spec, living: this.#livingBeside(spec) })
    if (reached) return err(reached)
    this.#asked.set(spec.sessionId, spec)
    try {
      return await this.#begin(spec, spawn)
    } finally {
      this.#asked.delete(spec.sessionId)
    }
  }

  /** Nobody overtakes those in line. What this worker may not run waits there for one that may. */
  #begin<T>({ sessionId, labels, runtime }: Spec, spawn: (queued: Queued | null) => Promise<T>): Promise<T> {
    const { places } = this.#deps
    if ('provider' in runtime && runtime.provider) return spawn(null)
    if (places.hasRoom && places.suits(labels) && places.lineHere().length === 0)
      return places.hold(sessionId, () => spawn(null))
    return spawn({ live: places.live, most: places.most })
  }

  /** Those of its mission and of its parent, with whom it is counted. */
  #livingBeside({ sessionId, missionId, parentSessionId }: Spec): Relatives[] {
    const { roster } = this.#deps
    const living = new Map(this.#asked)
    const siblings = parentSessionId === null ? [] : roster.children(parentSessionId)
    for (const entry of [...roster.ofMission(missionId), ...siblings]) {
      if (!isOver(entry)) living.set(entry.session.sessionId, entry.session)
    }
    living.delete(sessionId)
    return [...living.values()]
  }

  /** Those above it, its parent first, looked at no further than it matters. */
  async #above({ parentSessionId }: Spec): Promise<RosterEntry[]> {
    const above: RosterEntry[] = []
    let next = parentSessionId
    while (next !== null && above.length < this.#deps.limits.depth) {
      const entry = await this.#deps.find(next)
      if (entry) above.push(entry)
      next = entry?.session.parentSessionId ?? null
    }
    return above
  }

  /** It was asked for while the kill was on its way: nobody would look after it, and a kill of the tree has no end. */
  #parentKilled(found: RosterEntry | undefined): Rejection<'SESSION_BEING_KILLED'> | undefined {
    const parent = found && (this.#deps.roster.get(found.session.sessionId) ?? found)
    if (parent?.session.pending !== 'kill' && parent?.session.status !== 'killed') return undefined
    const message = 'the agent that it would work for is being killed, or has been'
    return { code: 'SESSION_BEING_KILLED', message, field: 'parentSessionId' }
  }

  #scoped({ sessionId, missionId, runtime }: Spec, above: readonly RosterEntry[]): Scoped {
    const { kind, modelProvider } = runtime
    const ancestors = above.map(({ session }) => session.sessionId)
    return { sessionId, missionId, runtime: kind, modelProvider, workerId: this.#deps.workerId, ancestors }
  }

  async #frozen(workspaceId: string, asked: Scoped): Promise<Rejection<'FLEET_FROZEN'> | undefined> {
    const scopes = await this.#freezes.read(workspaceId, () => frozenScopes(this.#deps.store, workspaceId))
    const scope = scopes.find((each) => isInScope(each, asked))
    if (!scope) return undefined
    const message = `the fleet is frozen for ${scopeWords(scope)}: nothing is spawned until it is unfrozen (mosaic fleet unfreeze)`
    return { code: 'FLEET_FROZEN', message }
  }
}
