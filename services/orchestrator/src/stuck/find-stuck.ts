import type { StuckReason } from '@mosaic/contracts/agent-session'
import { type AgentSession, isLive } from '../domain/agent-session/index.ts'
import { isWaiting, type Progress } from './progress.ts'

export type StuckLimits = {
  /** Longest time without a new fact while an agent is at work; in milliseconds. */
  readonly silentMs: number
  /** So often the same call may have the same outcome, or the same error come again. */
  readonly repeats: number
}

export type Stuck = { readonly reason: StuckReason; readonly message: string; readonly since: number }

/** Whether an agent does not get on, and why; by what its facts say and the time that it is. */
export function findStuck(
  progress: Progress,
  session: AgentSession,
  { now, limits }: { readonly now: number; readonly limits: StuckLimits },
): Stuck | null {
  const { lastFactAt, open, newest, outcomes, errors } = progress
  if (!isAtWork(session)) return null
  if (errors && errors.times >= limits.repeats) {
    const message = `the same error came ${errors.times} times: ${errors.text.slice(0, 200)}`
    return { reason: 'SAME_ERROR', message, since: lastFactAt }
  }
  const times = newest ? (outcomes.get(newest.key) ?? 0) : 0
  if (newest && times >= limits.repeats) {
    const message = `the call ${newest.name} was made ${times} times with the same outcome, and nothing changed`
    return { reason: 'SAME_CALL', message, since: lastFactAt }
  }
  if (now - lastFactAt < limits.silentMs || isWaiting(open)) return null
  const at = open ? `the call ${open.name} is running` : 'it waits for its model'
  const minutes = Math.floor((now - lastFactAt) / 60_000)
  return { reason: 'NO_NEW_FACT', message: `nothing has happened for ${minutes} min: ${at}`, since: lastFactAt }
}

/**
 * Not while it is set up, waits for a person or for the model's back-off, is paused, or is to end; nor is a terminal, where
 * nothing happens until somebody types.
 */
function isAtWork(session: AgentSession): boolean {
  if (!isLive(session)) return false
  const { status, owner, control, modelWait, terminate, kill, spec } = session
  if ('command' in spec.runtime) return false
  const isRunning = status === 'running' && owner === 'has-started' && control === 'none'
  return isRunning && modelWait === null && terminate === null && kill === null
}
