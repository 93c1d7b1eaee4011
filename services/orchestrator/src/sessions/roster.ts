import { agentSummary, type AgentSummary, type AgentSummaryTree } from '@mosaic/contracts/http'
import { type AgentSessionEvent, hasEnded } from '@mosaic/contracts/agent-session'
import { type Fact, foldEvent, isHandled, type UnreadableEvent } from '@mosaic/contracts/kernel'
import { lifecycleView, passOver, type SessionLifecycle } from '@mosaic/views'
import { nextClaim } from '../domain/agent-session/index.ts'
import type { Observed } from '../journal/observed.ts'
import type { Kept } from '@mosaic/reactions'

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
 * is bounded by what is alive: an ended session stays for as long as another of its mission might wait for it.
 */
export class RosterFold implements Roster, Kept<readonly Core[]> {
  readonly name = 'roster'
  readonly version: string
  readonly handles = lifecycleView.handles
  readonly #entries = new Map<string, RosterEntry>()
  readonly #missions = new Map<string, Set<string>>()
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
    return [...this.#entries.values()].filter(({ session }) => session.parentSessionId === sessionId)
  }

  below(sessionId: string) {
    const byParent = Map.groupBy(this.#entries.values(), ({ session }) => session.parentSessionId)
    const descend = (id: string): RosterEntry[] =>
      (byParent.get(id) ?? []).flatMap((child) => [child, ...descend(child.session.sessionId)])
    return descend(sessionId)
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
    const missionId = this.#entries.get(sessionId)?.session.missionId ?? ''
    const mission = [...(this.#missions.get(missionId) ?? [])].map((id) => this.#entries.get(id)!)
    if (!mission.every(isOver)) return
    for (const { session, released } of mission) if (released) this.#forget(session)
  }

  #put(entry: RosterEntry) {
    const { sessionId, missionId } = entry.session
    this.#entries.set(sessionId, entry)
    const mission = this.#missions.get(missionId)
    if (mission) mission.add(sessionId)
    else this.#missions.set(missionId, new Set([sessionId]))
  }

  #forget({ sessionId, missionId }: SessionLifecycle) {
    this.#entries.delete(sessionId)
    const mission = this.#missions.get(missionId)
    mission?.delete(sessionId)
    if (mission?.size === 0) this.#missions.delete(missionId)
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
  const { summary, failure, workspaceId } = session
  const ending = summary ?? (failure && `${failure.code}: ${failure.message}`)
  return {
    session,
    summary: agentSummary.parse(session),
    workspaceId,
    claim,
    outcome: ending && ending.slice(0, outcomeLength),
    released,
  }
}

export const isOver = (entry: RosterEntry): boolean => hasEnded(entry.summary.status)
