import { capabilitiesOf } from '@mosaic/contracts/agent-session'
import type { LiveSession } from '../state.ts'
import { beingKilled, type Deciders, factOf, nothing, only, refuse } from './decision.ts'

/** What runs the session grants no such control. */
export const notSupported = ({ spec }: LiveSession, what: string) =>
  refuse('CONTROL_NOT_SUPPORTED', `a session of the runtime ${spec.runtime.kind} ${what}`)
export const cannotPause = ({ spec }: LiveSession) => capabilitiesOf(spec.runtime).pause === 'none'

/** Pause, resume and stop: what is asked for, and what its runner has seen of it. */
export const control = {
  PauseAgent: ({ reason }, live) => {
    if (live.kill) return beingKilled()
    if (cannotPause(live)) return notSupported(live, 'cannot be paused')
    if (live.control === 'pause' || (live.status === 'paused' && live.control !== 'resume')) {
      return refuse('SESSION_ALREADY_PAUSED', 'the session is paused already, or about to be')
    }
    return only({ type: 'AgentPauseRequested', data: { sessionId: live.spec.sessionId, reason } })
  },
  ConfirmPause: (_, live) => {
    if (live.kill) return beingKilled()
    return live.control === 'pause' ? only({ type: 'AgentPaused', data: { sessionId: live.spec.sessionId } }) : nothing
  },
  ResumeAgent: (_, live) => {
    if (live.kill) return beingKilled()
    if (live.control === 'resume') return nothing
    if (live.status !== 'paused' && live.control !== 'pause') {
      return refuse('SESSION_NOT_PAUSED', 'the session is not paused')
    }
    return only({ type: 'AgentResumeRequested', data: { sessionId: live.spec.sessionId } })
  },
  ConfirmResume: (_, live) => {
    if (live.kill) return beingKilled()
    return live.control === 'resume'
      ? only({ type: 'AgentResumed', data: { sessionId: live.spec.sessionId } })
      : nothing
  },
  RetryModelCall: (_, live) => {
    if (live.kill) return beingKilled()
    if (!live.modelWait) return refuse('MODEL_NOT_AWAITED', 'the session does not wait for its model')
    if (live.modelWait.retryNow) return nothing
    return only({ type: 'ModelCallRetryRequested', data: { sessionId: live.spec.sessionId } })
  },
  // Asked for again, it is told again only where more is meant than the first time: those below as well.
  TerminateAgent: ({ note, tree }, live) => {
    if (live.kill) return beingKilled()
    if (live.terminate && (live.terminate.tree || !tree)) return nothing
    return only({ type: 'AgentTerminateRequested', data: { sessionId: live.spec.sessionId, note, tree } })
  },
  KillAgent: ({ reason, killAllId, tree }, live) => {
    if (live.kill && (live.kill.tree || !tree)) return nothing
    return only({ type: 'AgentKillRequested', data: { sessionId: live.spec.sessionId, reason, killAllId, tree } })
  },
  RecordKillSignal: ({ sent }, live) => {
    if (live.kill?.step !== 'requested') return nothing
    const { sessionId } = live.spec
    return only({ type: 'AgentKillSignalled', data: { sessionId, sent } })
  },
  RecordKillExit: (_, live) =>
    live.kill?.step === 'signalled'
      ? only({ type: 'AgentKillExitObserved', data: { sessionId: live.spec.sessionId } })
      : nothing,
  RecordKilled: (command, live) => {
    const { sessionId } = live.spec
    const killed = { type: 'AgentKilled', data: factOf(command, live) } as const
    if (live.kill?.step === 'descendants-cleared') return only(killed)
    if (live.kill?.step !== 'exit-observed') return nothing
    // Nobody has looked for descendants of what is only reported to have ended.
    if (command.proof === 'reported') return only(killed)
    return only({ type: 'AgentDescendantsCleared', data: { sessionId, survivors: 0 } }, killed)
  },
} satisfies Partial<Deciders>
