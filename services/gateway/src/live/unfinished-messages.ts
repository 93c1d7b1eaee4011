import { agentSessionStream } from '@mosaic/contracts/agent-session'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import type { RecordedEvent } from '@mosaic/contracts/kernel'
import { textIn } from './feed-event.ts'

type Started = Extract<LiveFrame, { kind: 'started' }>
type Delta = Extract<LiveFrame, { kind: 'delta' }>
type Unfinished = { readonly workspaceId: string; readonly started: Started; readonly blocks: Map<number, Delta> }

/** Agents that speak at the same moment; of more, those who began first are forgotten first. */
const mostSessions = 1000
/** UTF-16 units of one block; what is longer is not kept, and shows when the message is recorded. */
const mostText = 512 * 1024

/**
 * What agents are in the middle of saying, so that whoever comes late reads it from its beginning. Kept from the
 * first word until the message is recorded (or the turn is given up); a lost frame makes its message be forgotten.
 */
export function createUnfinishedMessages() {
  const bySession = new Map<string, Unfinished>()

  const append = (sessionId: string, frame: Delta) => {
    const message = bySession.get(sessionId)
    if (message?.started.messageId !== frame.messageId) return
    const block = message.blocks.get(frame.block)
    const text = (block?.text ?? '') + frame.text
    if (frame.offset !== (block?.text.length ?? 0) || text.length > mostText) bySession.delete(sessionId)
    else message.blocks.set(frame.block, { ...frame, offset: 0, text })
  }

  return {
    live(workspaceId: string, frame: LiveFrame) {
      const { sessionId } = frame
      if (frame.kind === 'delta') return append(sessionId, frame)
      bySession.delete(sessionId)
      if (frame.kind === 'aborted') return
      const oldest = bySession.keys().next()
      if (bySession.size >= mostSessions && !oldest.done) bySession.delete(oldest.value)
      bySession.set(sessionId, { workspaceId, started: frame, blocks: new Map() })
    },
    /** A recorded message is finished, and so is everything of a session that has ended. */
    event({ type, streamId, data }: RecordedEvent) {
      if (type !== 'MessageRecorded' && type !== 'AgentResourcesReleased') return
      const sessionId = textIn(data, 'sessionId')
      if (sessionId === undefined || streamId !== agentSessionStream.of(sessionId)) return
      const messageId = type === 'MessageRecorded' ? textIn(data, 'messageId') : undefined
      if (messageId === undefined || bySession.get(sessionId)?.started.messageId === messageId)
        bySession.delete(sessionId)
    },
    /** The frames that bring a newcomer to where the agent is; none when it is not speaking. */
    framesOf(workspaceId: string, sessionId: string): LiveFrame[] {
      const message = bySession.get(sessionId)
      return message?.workspaceId === workspaceId ? [message.started, ...message.blocks.values()] : []
    },
  }
}
