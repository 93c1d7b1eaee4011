import { err, ok } from '@mosaic/contracts/kernel'
import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import type { HistoryStep } from '../commands.ts'
import { evolve } from '../evolve.ts'
import { isLive, type LiveSession } from '../state.ts'
import { type Deciders, type Decision } from './decision.ts'
import { steps } from './steps.ts'

/** What was said and done elsewhere, one after the other: where one of them cannot have happened, nothing is recorded. */
export const history = {
  RecordHistory({ steps: told }, live) {
    const events: AgentSessionEvent[] = []
    let session = live
    for (const step of told) {
      const decided = decideStep(step, session)
      if (!decided.ok) return err(decided.error)
      events.push(...decided.value)
      session = decided.value.reduce(fold, session)
    }
    return ok(events)
  },
} satisfies Partial<Deciders>

/** None of these ends a session. */
function fold(session: LiveSession, event: AgentSessionEvent): LiveSession {
  const next = evolve(session, event)
  return isLive(next) ? next : session
}

function decideStep(step: HistoryStep, session: LiveSession): Decision {
  const epoch = session.claim?.epoch ?? 0
  switch (step.type) {
    case 'RecordMessage':
      return steps.RecordMessage({ ...step, epoch }, session)
    case 'InvokeTool':
      return steps.InvokeTool({ ...step, epoch }, session)
    case 'CompleteTool':
      return steps.CompleteTool({ ...step, epoch }, session)
  }
}
