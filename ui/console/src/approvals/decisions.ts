import { noticeOf } from '@mosaic/client'
import { agentSessionStream } from '@mosaic/contracts/agent-session'
import type { RecordedEvent } from '@mosaic/contracts/kernel'
import { createStore } from 'solid-js/store'

/** Which question was decided, and by whom, in words. */
type Decision = { readonly approvalId: string; readonly words: string }

const [decisions, setDecisions] = createStore<Record<string, Decision>>({})

/** The newest decision of a session that has come by while this page was open. */
export const decisionOf = (sessionId: string): Decision | undefined => decisions[sessionId]

export function noteDecision({ type, streamId, data }: RecordedEvent): void {
  const sessionId = agentSessionStream.idOf(streamId)
  if (type !== 'ApprovalDecided' || sessionId === null) return
  const decided = data as { approvalId: string } & Readonly<Record<string, unknown>>
  setDecisions(sessionId, { approvalId: decided.approvalId, words: noticeOf(type, decided, '').text })
}
