import { agentSessionStream } from '@mosaic/contracts/agent-session'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { EventStore } from '@mosaic/event-store'
import { toRecordedEvent } from './feed-event.ts'

/** Whether a workspace may watch a session, by the log itself: its first event says whose it is. */
export async function sessionAccess(
  eventStore: EventStore,
  sessionId: string,
  workspaceId: string,
): Promise<Result<null, Rejection<RejectionCode>>> {
  for await (const item of eventStore.readStream(agentSessionStream.of(sessionId), { limit: 1 })) {
    const event = toRecordedEvent(item)
    if (event?.metadata.workspaceId === workspaceId) return ok(null)
    return err({ code: 'WRONG_WORKSPACE', message: 'this session belongs to another workspace', field: 'id' })
  }
  return err({ code: 'SESSION_NOT_FOUND', message: `there is no session ${sessionId}`, field: 'id' })
}
