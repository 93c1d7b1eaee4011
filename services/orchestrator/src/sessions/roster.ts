import { agentSummary, type AgentSummary, type AgentSummaryTree } from '@mosaic/contracts/http'
import { type AgentSessionEvent, hasEnded } from '@mosaic/contracts/agent-session'
import { type Fact, foldEvent, isHandled, type UnreadableEvent } from '@mosaic/contracts/kernel'
import { lifecycleView, passOver, type SessionLifecycle } from '@mosaic/views'
import { nextClaim } from '../domain/agent-session/index.ts'
import type { Observed } from '../journal/observed.ts'
import type { Kept } from '@mosaic/reactions'
import { Groups } from './groups.ts'

/** A session as the orchestrator keeps it for as long as it runs: its life, never the conversation. */
export type RosterEntry = {
  readonly session: SessionLifecycle
  readonly summary: AgentSummary
  readonly workspaceId: string
  /** Who runs it; `null` before anybody has claimed it. */
  readonly claim: { readonly ownerId: string; readonly epoch: number } | null
  /** What it said at its end, or why it failed; cut to size. */
  readonly outcome: string | null
  readonly released: boolean
}

export type Roster = {
  get(sessionId: string): RosterEntry | undefined
  children(sessionId: string): readonly RosterEntry[]
  ofMission(missionId: string): readonly RosterEntry[]
  /** Those that wait for their turn. */
  waiting(): RosterEntry[]
  /** How many live and do not wait for their turn: all, or those that one owner has claimed. */
  placed(ownerId?: string): number
  /** Who has claimed sessions that have not been released; `null` where nobody has claimed one. */
  owners(): (string | null)[]
  /** The sessions of one of these that have not been released. */
  unreleasedOf(ownerId: string | null): RosterEntry[]
  /** All that descend from a session, also through others that have ended. */
  below(sessionId: string): RosterEntry[]
  tree(workspaceId: string): AgentSummaryTree[]
  entries(): IterableIterator<RosterEntry>
  onChange(listener: (sessionId: string) => void): () => void
}

const outcomeLength = 4000
const taskLength = 200

/** Rises with what an entry keeps beside the view's state. */
const ownVersion = 1

/** What an entry is made of. */
type Core = Pick<RosterEntry, 'session' | 'claim' | 'released'>

/**
 * Folds sessions' events into the roster. An event that is there already (by revision) changes nothing. What it keeps
 * is bounded by what is alive: an ended session stays for as long as another of its mission might wait for it. What is
 * asked with every spawn is counted as it changes: thousands may be alive.
 */
export class RosterFold implements Roster, Kept<readonly Core[]> {
  readonly name = 'roster'
  readonly version: string
  readonly handles = lifecycleView.handles
  readonly #entries = new Map<string, RosterEntry>()
  readonly #missions = new Groups()
  readonly #children = new Groups()
  readonly #placed = new Groups()
  readonly #waiting = new Set<string>()
  readonly #unreleased = new Groups()
  readonly #listeners = new Set<(sessionId: string) => void>()

  /** @param view whose states it keeps: its version follows from the view's, and its own form. */
  constructor(view: Pick<typeof lifecycleView, 'version'> = lifecycleView) {
    this.version = `${ownVersion}.${view.version}`
  }

  get state() {
    return [...this.#entries.values()].map(({ session, claim, released }) => ({ session, claim, released }))
  }

  restore(state: unknown) {
    // Name and version vouch for its form: `version` rises with it.
    for (const core of state as readonly Core[]) this.#put(entryOf(core))
  }

  get(sessionId: string) {
    return this.#entries.get(sessionId)
  }

  children(sessionId: string) {
    return this.#all(this.#children.of(sessionId))
  }

  below(sessionId: string): RosterEntry[] {
    return this.children(sessionId).flatMap((child) => [child, ...this.below(child.session.sessionId)])
  }

  ofMission(missionId: string) {
    return this.#all(this.#missions.of(missionId))
  }

  waiting() {
    return this.#all(this.#waiting)
  }

  placed(ownerId?: string) {
    return ownerId === undefined ? this.#placed.size : this.#placed.of(ownerId).size
  }

  owners() {
    return Array.from(this.#unreleased.groups(), (group) => group || null)
  }

  unreleasedOf(ownerId: string | null) {
    return this.#all(this.#unreleased.of(ownerId ?? ''))
  }

  entries() {
    return this.#entries.values()
  }

  /** Newest first. */
  tree(workspaceId: string): AgentSummaryTree[] {
    const entries = [...this.#entries.values()].filter((entry) => entry.workspaceId === workspaceId).toReversed()
    const nodes = new Map(entries.map(({ summary }) => [summary.sessionId, { ...summary, children: [] }]))
    const roots: AgentSummaryTree[] = []
    for (const node of nodes.values()) {
      const siblings: AgentSummaryTree[] = nodes.get(node.parentSessionId ?? '')?.children ?? roots
      siblings.push(node)
    }
    return roots
  }

  onChange(listener: (sessionId: string) => void) {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Answers whether the event was new. */
  apply(observed: Observed): boolean {
    const { sessionId, event } = observed
    const known = this.#entries.get(sessionId)
    const session = next(known?.session, observed)
    if (!session || session === known?.session) return false
    const { claim, released } = known ?? unclaimed
    this.#put(entryOf({ session, claim, released, ...ownChanges({ claim, released }, event) }))
    for (const listener of this.#listeners) listener(sessionId)
    return true
  }

  /** A session holds an event that cannot be read. */
  passOver(sessionId: string, unreadable: UnreadableEvent): void {
    const known = this.#entries.get(sessionId)
    if (!known) return
    this.#put(entryOf({ ...known, session: passOver(known.session, unreadable) }))
    for (const listener of this.#listeners) listener(sessionId)
  }

  /** Forgets what has ended and given back what it held in this session's mission, once nobody in there is alive. */
  forgetOver(sessionId: string): void {
    const mission = this.ofMission(this.#entries.get(sessionId)?.session.missionId ?? '')
    if (!mission.every(isOver)) return
    for (const { session, released } of mission) if (released) this.#forget(session)
  }

  #put(entry: RosterEntry) {
    const { sessionId, missionId, parentSessionId } = entry.session
    const known = this.#entries.get(sessionId)
    this.#entries.set(sessionId, entry)
    this.#missions.add(missionId, sessionId)
    if (parentSessionId !== null) this.#children.add(parentSessionId, sessionId)
    if (known) {
      this.#placed.delete(ownerOf(known), sessionId)
      this.#unreleased.delete(ownerOf(known), sessionId)
    }
    if (hasPlace(entry)) this.#placed.add(ownerOf(entry), sessionId)
    if (!entry.released) this.#unreleased.add(ownerOf(entry), sessionId)
    if (isWaiting(entry)) this.#waiting.add(sessionId)
    else this.#waiting.delete(sessionId)
  }

  /** What is forgotten has been released: it has no place and waits for none. */
  #forget({ sessionId, missionId, parentSessionId }: SessionLifecycle) {
    this.#entries.delete(sessionId)
    this.#missions.delete(missionId, sessionId)
    if (parentSessionId !== null) this.#children.delete(parentSessionId, sessionId)
  }

  #all(sessionIds: Iterable<string>): RosterEntry[] {
    return Array.from(sessionIds, (id) => this.#entries.get(id)!)
  }
}

function next(session: SessionLifecycle | undefined, observed: Observed): SessionLifecycle | undefined {
  const { event, revision, position, occurredAt, workspaceId, actor } = observed
  const metadata = { workspaceId, actor, occurredAt: occurredAt.toISOString() }
  const fact = { ...event, revision, position, metadata } as Fact<AgentSessionEvent>
  if (isHandled(lifecycleView, fact)) {
    const folded = foldEvent(lifecycleView, session, fact)
    // Nobody here reads a task to its end; it may be long, and all of the roster goes into the checkpoint.
    return session || !folded ? folded : { ...folded, task: folded.task.slice(0, taskLength) }
  }
  return session && revision > session.revision ? { ...session, revision, position } : session
}

/** What the orchestrator alone has to know of a session. */
type Own = Omit<Core, 'session'>
const unclaimed: Own = { claim: null, released: false }

function ownChanges(own: Own, event: AgentSessionEvent): Partial<Own> {
  if (event.type === 'SessionClaimed') return { claim: nextClaim(own.claim, event.data) }
  return event.type === 'AgentResourcesReleased' ? { released: true } : {}
}

function entryOf({ session, claim, released }: Core): RosterEntry {
  const { summary: said, failure, workspaceId } = session
  const ending = said ?? (failure && `${failure.code}: ${failure.message}`)
  let summary: AgentSummary | undefined
  return {
    session,
    // Few are ever asked for theirs, and each event makes a new entry.
    get summary() {
      return (summary ??= agentSummary.parse(session))
    },
    workspaceId,
    claim,
    outcome: ending && ending.slice(0, outcomeLength),
    released,
  }
}

export const isOver = ({ session }: Pick<RosterEntry, 'session'>): boolean => hasEnded(session.status)

/** Whether it lives here and does not wait for its turn: what is at a provider takes its place there. */
export const hasPlace = (entry: RosterEntry): boolean =>
  !isOver(entry) && entry.session.queued === null && !entry.session.provider

const isWaiting = (entry: RosterEntry): boolean => !isOver(entry) && entry.session.queued !== null
const ownerOf = ({ claim }: RosterEntry): string => claim?.ownerId ?? ''
