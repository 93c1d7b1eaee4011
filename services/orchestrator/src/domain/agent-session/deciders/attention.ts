import type { StuckPolicy } from '@mosaic/contracts/agent-session'
import type { LiveSession } from '../state.ts'
import { cannotPause } from './control.ts'
import { beingKilled, type Deciders, nothing, only } from './decision.ts'

/** After that nobody but a person helps. */
const mostReconsidered = 2

/** Whether the agent gets on, what is done when it does not, and whether that can be known. */
export const attention = {
  FlagStuck: ({ reason, message, since, policy }, live) => {
    if (live.kill) return beingKilled()
    const response = responseTo(policy, live)
    if (live.isStuck && response === 'flag') return nothing
    const { sessionId } = live.spec
    const found = { type: 'AgentFoundStuck', data: { sessionId, reason, message, since, response } } as const
    if (response !== 'pause') return only(found)
    return only(found, { type: 'AgentPauseRequested', data: { sessionId, reason: `it needs attention: ${message}` } })
  },
  ClearStuck: (_, live) =>
    live.isStuck ? only({ type: 'AgentGotOn', data: { sessionId: live.spec.sessionId } }) : nothing,
  LoseContact: ({ since, message }, live) =>
    live.hasLostContact
      ? nothing
      : only({ type: 'AgentContactLost', data: { sessionId: live.spec.sessionId, since, message } }),
  RestoreContact: (_, live) =>
    live.hasLostContact ? only({ type: 'AgentContactRestored', data: { sessionId: live.spec.sessionId } }) : nothing,
} satisfies Partial<Deciders>

function responseTo(policy: StuckPolicy, live: LiveSession): StuckPolicy {
  switch (policy) {
    case 'flag':
      return 'flag'
    case 'pause':
      return live.status !== 'running' || live.control !== 'none' || cannotPause(live) ? 'flag' : 'pause'
    case 'reconsider':
      return live.reconsidered < mostReconsidered ? 'reconsider' : 'flag'
  }
}
