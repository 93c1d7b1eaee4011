import type { AgentSession } from '../../domain/agent-session/index.ts'
import type { Transcript } from '../../journal/transcript.ts'
import type { Step } from './next-step.ts'

/** So often the same step may be taken from the same state: steps give way to others, and come to be taken again. */
const mostRepeats = 20

/**
 * Watches over the loop: a step that leaves the session as it was would be taken for ever, whatever the reason, with a
 * fact in the log every time. States that were left and are come back to count as well. This is about the machinery and
 * ends the session; what the agent does again and again is no fault of the loop's, and flagged (StuckWatch).
 */
export class StepGuard {
  readonly #taken = new Map<string, number>()

  /** Whether the step has been taken too often from this state. */
  isStuck(step: Step, session: AgentSession, transcript: Transcript): boolean {
    const key = keyOf(step, session, transcript)
    const times = (this.#taken.get(key) ?? 0) + 1
    this.#taken.set(key, times)
    return times > mostRepeats
  }

  /** Somebody else has moved the session: what was taken before says nothing of what is to come. */
  reset(): void {
    this.#taken.clear()
  }
}

/** What a step can change, and whatever does not grow for ever with the log. */
function keyOf(step: Step, session: AgentSession, { calls, told, compactions }: Transcript): string {
  const call = step.kind === 'tool' ? step.call.id : ''
  const done = calls.filter(({ state }) => state === 'done').length
  const state =
    'inbox' in session
      ? [
          session.status,
          session.control,
          session.turn,
          session.inbox.length,
          session.modelWait?.attempts,
          session.owner,
        ]
      : [session.status]
  return JSON.stringify([step.kind, call, done, told.length, compactions, ...state])
}
