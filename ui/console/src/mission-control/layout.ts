import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import type { ConsoleLayout } from '@mosaic/contracts/operator'
import { withDescendants } from '../fleet/tree.ts'

export type PanelPlace = ConsoleLayout['panels'][number]

/** What the choice depends on. */
export type Choosable = Pick<SessionView, 'sessionId' | 'parentSessionId' | 'missionId' | 'status' | 'requestedAt'>

const mostChosen = 12
const narrowestPanel = 280
const largestSpan = 4

/**
 * Which sessions to show when the operator has not said: the live ones of the newest mission, or all of it once it is
 * over; and whoever waits for a person. What is on the screen already stays there: a panel does not go away under the
 * reader.
 */
export function choosePanels(sessions: readonly Choosable[], shown: readonly string[]): string[] {
  const newest = newestMission(sessions)
  if (newest === undefined) return []
  const mission = inTreeOrder(sessions.filter(({ missionId }) => missionId === newest))
  const known = new Map(sessions.map((session) => [session.sessionId, session]))
  const here = shown.filter((id) => known.has(id))
  const live = mission.filter(({ status }) => !hasEnded(status))
  const waiting = sessions.filter(({ status, missionId }) => status === 'waiting' && missionId !== newest)
  const wanted = [...(live.length > 0 || here.length > 0 ? live : mission), ...waiting]
  const come = wanted.map(({ sessionId }) => sessionId).filter((id) => !here.includes(id))
  // Only who comes makes room: what has ended in an older mission.
  const stay = come.length === 0 ? here : here.filter((id) => isCurrent(known.get(id)!, newest))
  return [...stay, ...come].slice(0, mostChosen)
}

const isCurrent = ({ status, missionId }: Choosable, newest: string) => !hasEnded(status) || missionId === newest

function newestMission(sessions: readonly Choosable[]): string | undefined {
  return sessions
    .filter(({ parentSessionId }) => parentSessionId === null)
    .toSorted((a, b) => b.requestedAt.localeCompare(a.requestedAt))[0]?.missionId
}

function inTreeOrder(sessions: readonly Choosable[]): Choosable[] {
  const known = new Set(sessions.map(({ sessionId }) => sessionId))
  return sessions
    .filter(({ parentSessionId }) => parentSessionId === null || !known.has(parentSessionId))
    .toSorted((a, b) => a.requestedAt.localeCompare(b.requestedAt))
    .flatMap(({ sessionId }) => withDescendants(sessions, sessionId))
}

/** How many columns keep `count` panels legible in a room of this size. */
export function columnsFor(count: number, width: number, height: number): number {
  const wanted = Math.ceil(Math.sqrt(count * (width / Math.max(height, 1)) * 0.6))
  const most = Math.max(1, Math.floor(width / narrowestPanel))
  return Math.min(Math.max(1, wanted), most, Math.max(count, 1), 6)
}

/** Panels of one size; the first one is taller where that fills the last row. */
export function evenly(ids: readonly string[], columns: number): PanelPlace[] {
  const rows = Math.ceil(ids.length / columns)
  const spare = rows * columns - ids.length
  const first = columns > 1 ? Math.min(1 + spare, rows, largestSpan) : 1
  return ids.map((sessionId, index) => ({ sessionId, columns: 1, rows: index === 0 ? first : 1 }))
}

export function moved(panels: readonly PanelPlace[], sessionId: string, to: number): PanelPlace[] {
  const panel = panels.find((candidate) => candidate.sessionId === sessionId)
  if (!panel) return [...panels]
  const rest = panels.filter((candidate) => candidate !== panel)
  return rest.toSpliced(Math.min(Math.max(0, to), rest.length), 0, panel)
}

/** Wider, narrower, taller or flatter by grid units, within what the grid has. */
export function resized(
  panels: readonly PanelPlace[],
  sessionId: string,
  by: { columns?: number; rows?: number },
  gridColumns: number,
): PanelPlace[] {
  const within = (value: number, most: number) => Math.min(Math.max(1, value), most)
  return panels.map((panel) =>
    panel.sessionId === sessionId
      ? {
          sessionId,
          columns: within(panel.columns + (by.columns ?? 0), Math.min(gridColumns, largestSpan)),
          rows: within(panel.rows + (by.rows ?? 0), largestSpan),
        }
      : panel,
  )
}
