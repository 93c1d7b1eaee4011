import type { AgentSummary, AgentSummaryTree } from '@mosaic/contracts/http'
import { type AgentSessionEvent, hasEnded, type SessionStatus } from '@mosaic/contracts/agent-session'
import { type Fact, foldEvent, isHandled } from '@mosaic/contracts/kernel'
import { lifecycleView, type SessionLifecycle } from '@mosaic/views'
import type { Observed } from '../journal/journal.ts'

/** A session as the orchestrator keeps it for as long as it runs: its life, never the conversation. */
export type RosterEntry = {
  readonly session: SessionLifecycle
  readonly summary: AgentSummary
  readonly workspaceId: string
  /** Who runs it; `null` before anybody has claimed it. */
  readonly claim: { readonly ownerId: string; readonly epoch: number } | null
  /** What it said at its end, or why it failed; cut to size. */
  readonly outcome: string | null
  readonly killRequested: boolean
  readonly killAllId: string | null
  readonly released: boolean
}

export type Roster = {
  get(sessionId: string): RosterEntry | undefined
  children(sessionId: string): readonly RosterEntry[]
  /** Newest first. */
  list(filter: { workspaceId: string; status?: SessionStatus | undefined }): AgentSummary[]
  tree(workspaceId: string): AgentSummaryTree[]
  entries(): IterableIterator<RosterEntry>
  onChange(listener: (sessionId: string) => void): () => void
}

const outcomeLength = 4000

/** Folds sessions' events into the roster. An event that is there already (by revision) changes nothing. */
export class RosterFold implements Roster {
  readonly #entries = new Map<string, RosterEntry>()
  readonly #children = new Map<string, string[]>()
  readonly #listeners = new Set<(sessionId: string) => void>()

  get(sessionId: string) {
    return this.#entries.get(sessionId)
  }

  children(sessionId: string) {
    return (this.#children.get(sessionId) ?? []).map((id) => this.#entries.get(id)!)
  }

  entries() {
    return this.#entries.values()
  }

  list({ workspaceId, status }: { workspaceId: string; status?: SessionStatus | undefined }) {
    const summaries: AgentSummary[] = []
    for (const entry of this.#entries.values()) {
      if (entry.workspaceId === workspaceId && (!status || entry.summary.status === status)) {
        summaries.push(entry.summary)
      }
    }
    // Stable, so that what came in the same millisecond stays newest first too.
    return summaries.toReversed().sort((a, b) => b.requestedAt.localeCompare(a.requestedAt))
  }

  tree(workspaceId: string): AgentSummaryTree[] {
    const nodes = new Map(this.list({ workspaceId }).map((agent) => [agent.sessionId, { ...agent, children: [] }]))
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
    this.#entries.set(sessionId, entryOf(session, { ...(known ?? unclaimed), ...ownChanges(event) }))
    if (!known && session.parentSessionId) this.#addChild(session.parentSessionId, sessionId)
    for (const listener of this.#listeners) listener(sessionId)
    return true
  }

  #addChild(parentSessionId: string, sessionId: string) {
    const siblings = this.#children.get(parentSessionId)
    if (siblings) siblings.push(sessionId)
    else this.#children.set(parentSessionId, [sessionId])
  }
}

function next(session: SessionLifecycle | undefined, observed: Observed): SessionLifecycle | undefined {
  const { event, revision, position, occurredAt, workspaceId, actor } = observed
  const metadata = { workspaceId, actor, occurredAt: occurredAt.toISOString() }
  const fact = { ...event, revision, position, metadata } as Fact<AgentSessionEvent>
  if (isHandled(lifecycleView, fact)) return foldEvent(lifecycleView, session, fact)
  return session && revision > session.revision ? { ...session, revision, position } : session
}

/** What the orchestrator alone has to know of a session. */
type Own = Pick<RosterEntry, 'claim' | 'killAllId' | 'released'>
const unclaimed: Own = { claim: null, killAllId: null, released: false }

function ownChanges(event: AgentSessionEvent): Partial<Own> {
  if (event.type === 'SessionClaimed') return { claim: { ownerId: event.data.ownerId, epoch: event.data.epoch } }
  if (event.type === 'AgentKillRequested') return { killAllId: event.data.killAllId }
  return event.type === 'AgentResourcesReleased' ? { released: true } : {}
}

function entryOf(session: SessionLifecycle, { claim, killAllId, released }: Own): RosterEntry {
  const { sessionId, parentSessionId, missionId, taskId, agentType, name, runtime, modelProvider, model } = session
  const { status, branch, requestedAt, revision, workspaceId, summary, failure, killReceipt } = session
  const of = { sessionId, parentSessionId, missionId, taskId, agentType, name, runtime, modelProvider, model }
  const ending = summary ?? (failure && `${failure.code}: ${failure.message}`)
  return {
    session,
    summary: { ...of, status, branch, requestedAt, revision },
    workspaceId,
    claim,
    outcome: ending && ending.slice(0, outcomeLength),
    killRequested: killReceipt.length > 0,
    killAllId,
    released,
  }
}

export const isOver = (entry: RosterEntry): boolean => hasEnded(entry.summary.status)
