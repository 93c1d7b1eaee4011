import {
  type AgentSessionEventOf,
  type AllowedSecret,
  type EndedStatus,
  hasEnded,
  type KeptWork,
  type Push,
  type SessionStatus,
} from '@mosaic/contracts/agent-session'

/** What was asked for at the spawn. */
export type Spec = AgentSessionEventOf<'AgentSpawnRequested'>['data']
/** Where the agent works: sandbox, worktree, branch, base commit; or somewhere that is not ours. */
export type Place = AgentSessionEventOf<'AgentSpawned'>['data']['place']
export type Question = Omit<AgentSessionEventOf<'AgentWaitingForOperator'>['data'], 'sessionId'>
/** Injected and not yet delivered. */
export type InboxMessage = Omit<AgentSessionEventOf<'OperatorMessageInjected'>['data'], 'sessionId'>

/** Who runs the session. A later epoch's owner takes it from an earlier one. */
export type Claim = Omit<AgentSessionEventOf<'SessionClaimed'>['data'], 'sessionId'>

/** The model could not be had; the call is made again at `nextTryAt`. */
export type ModelWait = {
  readonly since: string
  readonly nextTryAt: string
  /** Failed calls since then, and those among them that were answered with what is no answer. */
  readonly attempts: number
  readonly broken: number
  /** A person does not want to wait. */
  readonly retryNow: boolean
}

export type KillProgress = {
  readonly killAllId: string | null
  /** With all below it. */
  readonly tree: boolean
  readonly step: 'requested' | 'signalled' | 'exit-observed' | 'descendants-cleared'
}

/** What is known of its commits: the newest, and what it had not committed at its end. */
export type Work = {
  readonly head: { readonly commit: string; readonly push: Push } | null
  readonly kept: KeptWork | null
  /** What a person has allowed to be committed though it looks like a secret. */
  readonly allowed: readonly AllowedSecret[]
}

/** What every session has that has not ended. */
export type Live = {
  readonly spec: Spec
  readonly claim: Claim | null
  readonly place: Place | null
  /** How far the present owner has come: it makes its own sandbox, whatever earlier ones had. */
  readonly owner: 'begins' | 'has-place' | 'has-started'
  readonly started: boolean
  /** Asked for and not carried out yet. */
  readonly control: 'none' | 'pause' | 'resume'
  readonly terminate: { readonly note: string | null; readonly tree: boolean } | null
  readonly kill: KillProgress | null
  readonly inbox: readonly InboxMessage[]
  /** Open until it is answered or expires; it outlasts a pause. */
  readonly question: Question | null
  /** The tool call that runs now. */
  readonly toolCallId: string | null
  /** Model calls whose answer is in the log. */
  readonly turn: number
  readonly modelWait: ModelWait | null
  readonly work: Work
}

export type LiveSession = Live & { readonly status: Exclude<SessionStatus, EndedStatus> }

export type EndedSession = {
  readonly status: EndedStatus
  readonly spec: Spec
  readonly claim: Claim | null
  readonly place: Place | null
  readonly turn: number
  readonly work: Work
  /** Of the kill-all that ended it. */
  readonly killAllId: string | null
  readonly released: boolean
  /** The session that goes on where this one ended. */
  readonly successorSessionId: string | null
}

export type AgentSession = { readonly status: 'none' } | LiveSession | EndedSession

export const isLive = (session: AgentSession): session is LiveSession =>
  session.status !== 'none' && !hasEnded(session.status)
