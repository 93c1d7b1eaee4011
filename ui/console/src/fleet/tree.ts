import { hasEnded, type SessionStatus, type SessionView } from '@mosaic/contracts/agent-session'

export type Shown = 'all' | 'live' | 'waiting' | 'ended'
export type TreeFilter = { readonly text: string; readonly show: Shown }
export type TreeRow = {
  readonly sessionId: string
  readonly level: number
  readonly children: number
  readonly expanded: boolean
  readonly setSize: number
  readonly positionInSet: number
}

type Node = { session: SessionView; children: Node[] }
type SessionFields = Pick<
  SessionView,
  'sessionId' | 'parentSessionId' | 'requestedAt' | 'name' | 'task' | 'status' | 'modelProvider' | 'agent' | 'agentType'
>

const shows: Record<Shown, (status: SessionStatus) => boolean> = {
  all: () => true,
  live: (status) => !hasEnded(status),
  waiting: (status) => status === 'waiting',
  ended: hasEnded,
}

/**
 * The roster's rows from top to bottom: newest roots first, children under their parent in the order they were
 * spawned. A row that matches keeps its ancestors, so that its place in the tree is seen; a filter opens what is closed.
 */
export function treeRows(
  sessions: readonly SessionView[],
  filter: TreeFilter,
  collapsed: ReadonlySet<string>,
): TreeRow[] {
  const filtering = filter.text !== '' || filter.show !== 'all'
  const rows: TreeRow[] = []
  const walk = (nodes: readonly Node[], level: number) => {
    for (const [index, { session, children }] of nodes.entries()) {
      const expanded = filtering || !collapsed.has(session.sessionId)
      rows.push({
        sessionId: session.sessionId,
        level,
        children: children.length,
        expanded,
        setSize: nodes.length,
        positionInSet: index + 1,
      })
      if (expanded) walk(children, level + 1)
    }
  }
  walk(keep(forest(sessions), filter), 1)
  return rows
}

/** The session itself and everything below it, parents before children. */
export function withDescendants<S extends Pick<SessionView, 'sessionId' | 'parentSessionId' | 'requestedAt'>>(
  sessions: readonly S[],
  sessionId: string,
): S[] {
  const below = sessions
    .filter((session) => session.parentSessionId === sessionId)
    .toSorted((a, b) => a.requestedAt.localeCompare(b.requestedAt))
  const own = sessions.filter((session) => session.sessionId === sessionId)
  return [...own, ...below.flatMap((child) => withDescendants(sessions, child.sessionId))]
}

function forest(sessions: readonly SessionView[]): Node[] {
  const nodes = new Map(sessions.map((session) => [session.sessionId, { session, children: [] as Node[] }]))
  const roots: Node[] = []
  for (const node of nodes.values()) {
    const parent = node.session.parentSessionId === null ? undefined : nodes.get(node.session.parentSessionId)
    ;(parent?.children ?? roots).push(node)
  }
  for (const { children } of nodes.values()) children.sort((a, b) => byAge(a.session, b.session))
  return roots.sort((a, b) => byAge(b.session, a.session))
}

const byAge = (a: SessionView, b: SessionView) =>
  a.requestedAt.localeCompare(b.requestedAt) || a.sessionId.localeCompare(b.sessionId)

function keep(nodes: readonly Node[], filter: TreeFilter): Node[] {
  return nodes.flatMap(({ session, children }) => {
    const kept = keep(children, filter)
    return kept.length > 0 || matches(session, filter) ? [{ session, children: kept }] : []
  })
}

export function matches(session: SessionFields, { text, show }: TreeFilter): boolean {
  if (!shows[show](session.status)) return false
  const needle = text.trim().toLowerCase()
  const hay = [session.name, session.task, session.modelProvider ?? '', session.agent ?? '', session.agentType]
  return needle === '' || hay.some((field) => field.toLowerCase().includes(needle))
}
