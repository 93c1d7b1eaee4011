import { hasEnded, type SessionStatus, type SessionView } from '@mosaic/contracts/agent-session'

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

/** What was asked for is never shown as if it had happened: "Killed" needs the receipt that no process is left. */
export function wordOf({
  status,
  pending,
  killReceipt,
}: Pick<SessionView, 'status' | 'pending' | 'killReceipt'>): string {
  if (status === 'killed') {
    return killReceipt.some(({ step }) => step === 'descendants-cleared') ? statusWords.killed : pendingWords.kill
  }
  return pending && !hasEnded(status) ? pendingWords[pending] : statusWords[status]
}
