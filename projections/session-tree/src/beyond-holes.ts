import { agentSessionStream, type SessionView } from '@mosaic/contracts/agent-session'
import { foldEvent, isHandled } from '@mosaic/contracts/kernel'
import { parseRecord, type ReadItem, unreadableAt } from '@mosaic/event-store'
import { readParkedBehind, type WorkspaceTransaction } from '@mosaic/postgres'
import { lifecycleView, passOver, sessionView } from '@mosaic/views'

/**
 * Sessions as they are to be shown. The rows of one whose stream holds an event that cannot be read end before it, and
 * what follows is parked. Whoever looks must see that, and how the session comes to its end all the same: a kill that
 * is shown nowhere is no kill.
 */
export async function beyondHoles(
  transaction: WorkspaceTransaction,
  schema: string,
  sessions: readonly SessionView[],
): Promise<SessionView[]> {
  const streamIds = sessions.map(({ sessionId }) => agentSessionStream.of(sessionId))
  const records = await readParkedBehind(transaction, schema, { streamIds, types: lifecycleView.handles })
  const parked = Map.groupBy(records.map(parseRecord), (item) => streamOf(item))
  return sessions.map((session) => beyond(session, parked.get(agentSessionStream.of(session.sessionId)) ?? []))
}

const streamOf = (item: ReadItem) => (item.kind === 'event' ? item.event : item.record).streamId

function beyond(session: SessionView, [cause, ...waiting]: readonly ReadItem[]): SessionView {
  // A model that fails on what can be read stands still, and says so elsewhere.
  if (cause?.kind !== 'quarantined') return session
  let shown = passOver(session, unreadableAt(cause))
  for (const item of waiting) {
    if (item.kind === 'quarantined') shown = passOver(shown, unreadableAt(item))
    else if (isHandled(sessionView, item.event)) shown = foldEvent(sessionView, shown, item.event) ?? shown
  }
  return shown
}
