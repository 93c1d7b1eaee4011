import type { AgentSummary, AgentSummaryTree } from '@mosaic/contracts/http'
import { hasEnded, type SessionStatus, statusAfter } from '@mosaic/contracts/agent-session'
import type { Observed } from '../journal/journal.ts'

/** A session as the orchestrator keeps it for as long as it runs: a summary, never the conversation. */
export type RosterEntry = {
  readonly summary: AgentSummary
  readonly workspaceId: string
  /** As it was chosen at the spawn. */
  readonly model: { readonly modelProvider: string; readonly model: string }
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
    const { event, sessionId, revision } = observed
    const known = this.#entries.get(sessionId)
    if (known && revision <= known.summary.revision) return false
    if (event.type === 'AgentSpawnRequested') this.#add(observed, event.data)
    else if (known) this.#entries.set(sessionId, next(known, observed))
    else return false
    for (const listener of this.#listeners) listener(sessionId)
    return true
  }

  #add(
    { sessionId, revision, occurredAt, workspaceId }: Observed,
    spec: Extract<Observed['event'], { type: 'AgentSpawnRequested' }>['data'],
  ) {
    const { parentSessionId, missionId, taskId, agentType, name, runtime } = spec
    const { modelProvider, model } = runtime
    this.#entries.set(sessionId, {
      summary: {
        sessionId,
        parentSessionId,
        missionId,
        taskId,
        agentType,
        name,
        runtime: runtime.kind,
        modelProvider,
        model,
        status: 'spawning',
        branch: null,
        requestedAt: occurredAt.toISOString(),
        revision,
      },
      workspaceId,
      model: { modelProvider, model },
      claim: null,
      outcome: null,
      killRequested: false,
      killAllId: null,
      released: false,
    })
    if (!parentSessionId) return
    const siblings = this.#children.get(parentSessionId)
    if (siblings) siblings.push(sessionId)
    else this.#children.set(parentSessionId, [sessionId])
  }
}

function next(entry: RosterEntry, { event, revision }: Observed): RosterEntry {
  const summary = { ...entry.summary, revision, status: statusAfter[event.type] ?? entry.summary.status }
  switch (event.type) {
    case 'AgentSpawned': {
      const { place } = event.data
      if (place.kind === 'remote') return { ...entry, summary }
      return { ...entry, summary: { ...summary, branch: place.branch } }
    }
    case 'SessionClaimed': {
      const { ownerId, epoch } = event.data
      return { ...entry, summary, claim: { ownerId, epoch } }
    }
    case 'AgentKillRequested':
      return { ...entry, summary, killRequested: true, killAllId: event.data.killAllId }
    case 'AgentCompleted':
      return { ...entry, summary, outcome: event.data.summary.slice(0, outcomeLength) }
    case 'AgentFailed':
      return { ...entry, summary, outcome: `${event.data.code}: ${event.data.message}`.slice(0, outcomeLength) }
    case 'AgentResourcesReleased':
      return { ...entry, summary, released: true }
    default:
      return { ...entry, summary }
  }
}

export const isOver = (entry: RosterEntry): boolean => hasEnded(entry.summary.status)
