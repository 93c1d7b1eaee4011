import { agentSessionStream } from '@mosaic/contracts/agent-session'
import type { RecordedEvent } from '@mosaic/contracts/kernel'
import { announce } from '../ui/announce.tsx'
import type { Fleet } from './fleet-store.ts'

const sentences: Record<string, string> = {
  AgentStarted: 'started',
  AgentWaitingForOperator: 'needs input',
  ApprovalRequested: 'asks to be allowed something',
  ModelCallDeferred: 'waits for its model',
  ModelCallResumed: 'has its model again',
  ModelChanged: 'asks another model',
  AgentPaused: 'is paused',
  AgentResumed: 'goes on',
  AgentDescendantsCleared: 'has no process left',
  AgentKilled: 'was killed',
  AgentCompleted: 'is done',
  AgentFailed: 'failed',
}

/** Says the changes that matter to someone who does not see them. */
export function announceChanges(fleet: Fleet, event: RecordedEvent): void {
  const isTerminated = event.type === 'AgentCompleted' && (event.data as { outcome?: string }).outcome === 'terminated'
  const sentence = isTerminated ? 'was terminated' : sentences[event.type]
  const sessionId = agentSessionStream.idOf(event.streamId)
  const name = sessionId === null ? undefined : fleet.sessions[sessionId]?.name
  if (sentence && name) announce(`${name} ${sentence}`)
}
