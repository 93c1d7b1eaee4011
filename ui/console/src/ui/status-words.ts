import { cannotBeRead } from '@mosaic/client'
import { hasEnded, type SessionStatus, type SessionView } from '@mosaic/contracts/agent-session'
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

const pendingWords = { pause: 'Pausing', resume: 'Resuming', terminate: 'Finishing', kill: 'Killing' } as const

const killedWords = { proved: statusWords.killed, reported: 'Killed, as reported', unknown: pendingWords.kill } as const

export type Worded = Pick<
  SessionView,
  'status' | 'pending' | 'killReceipt' | 'killProof' | 'unreadable' | 'modelWait' | 'queued' | 'setup'
>

/**
 * What was asked for is never shown as if it had happened: "Killed" needs the receipt that no process is left. What
 * cannot be read on is not shown as if it were.
 */
export function wordOf(session: Worded): string {
  const { status, pending, unreadable, modelWait, queued, setup } = session
  if (status === 'killed') return killedWords[howKilled(session) ?? 'unknown']
  if (hasEnded(status)) return statusWords[status]
  if (unreadable && pending !== 'kill' && pending !== 'terminate') return sentence(cannotBeRead(unreadable))
  if (pending) return pendingWords[pending]
  if (queued) return 'Queued'
  if (setup) return 'Setting up'
  return status === 'running' && modelWait ? 'Waiting for the model' : statusWords[status]
}

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)
