import { cannotBeRead, isKillUnconfirmed, killUnconfirmed } from '@mosaic/client'
import { hasEnded, isBudgetWait, type SessionStatus, type SessionView } from '@mosaic/contracts/agent-session'
import { howKilled } from '../actions/receipt-steps.ts'

export const statusWords: Record<SessionStatus, string> = {
  spawning: 'Starting',
  running: 'Running',
  waiting: 'Needs input',
  paused: 'Paused',
  completed: 'Done',
  failed: 'Failed',
  killed: 'Killed',
}

/** Where it waits for an approval rather than for an answer. */
const approvalWord = 'Needs approval'
const terminatedWord = 'Terminated'

const pendingWords = { pause: 'Pausing', resume: 'Resuming', terminate: 'Finishing', kill: 'Killing' } as const

const killedWords = { proved: statusWords.killed, reported: 'Killed, as reported', unknown: pendingWords.kill } as const

export type Worded = Pick<
  SessionView,
  | 'status'
  | 'outcome'
  | 'pending'
  | 'killReceipt'
  | 'killProof'
  | 'unreadable'
  | 'modelWait'
  | 'attention'
  | 'queued'
  | 'setup'
  | 'approval'
>

/**
 * What was asked for is never shown as if it had happened: "Killed" needs the receipt that no process is left. What
 * cannot be read on is not shown as if it were. @param now Milliseconds since 1970.
 */
export function wordOf(session: Worded, now: number): string {
  const { status, outcome, pending, unreadable, modelWait, attention, queued, setup, approval } = session
  if (status === 'killed') return killedWords[howKilled(session) ?? 'unknown']
  if (outcome === 'terminated') return terminatedWord
  if (hasEnded(status)) return statusWords[status]
  if (unreadable && pending !== 'kill' && pending !== 'terminate') return sentence(cannotBeRead(unreadable))
  if (isKillUnconfirmed(session, now)) return sentence(killUnconfirmed)
  if (pending) return pendingWords[pending]
  if (queued) return 'Queued'
  if (setup) return 'Setting up'
  if (status === 'running' && attention) return 'Needs attention'
  if (status === 'waiting' && approval) return approvalWord
  if (status !== 'running' || !modelWait) return statusWords[status]
  return isBudgetWait(modelWait.reason) ? 'Waiting for a budget' : 'Waiting for the model'
}

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)
