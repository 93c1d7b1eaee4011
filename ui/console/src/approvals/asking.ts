import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'

/** The sessions that wait for an approval, the longest first. */
export const asking = (sessions: readonly SessionView[]): SessionView[] =>
  sessions
    .filter(({ approval, status, unreadable }) => approval !== null && !hasEnded(status) && !unreadable)
    .toSorted((a, b) => a.approval!.requestedAt.localeCompare(b.approval!.requestedAt))
