import type {
  ContinueAgent,
  KeptWork,
  LeftWork,
  Push,
  RuntimeKind,
  SessionView,
  SpawnAgent,
} from '@mosaic/contracts/agent-session'
import type { RejectionCode } from '@mosaic/contracts/http'
import type { Rejection, Result } from '@mosaic/contracts/kernel'
import type { WorkspaceRules } from '@mosaic/redaction'
import type { EndedSession, LiveSession, Spec, WorkReport } from '../domain/agent-session/index.ts'
import type { AgentBranches } from '../git/index.ts'
import type { Journal } from '../journal/journal.ts'
import type { MovedSessions } from '../worker/moved-sessions.ts'

/** A session that this process runs. */
export type RunningSession = {
  /** Settles when the session has ended and given back what it held, or when this process has stopped running it. Never rejects. */
  readonly done: Promise<void>
  /**
   * Cuts off at once all that the session does, before anything is read or written: calls under way are aborted, its
   * processes are signalled. It does nothing more until the kill is recorded, which its journal then holds. Answers, when
   * that is known, whether nothing of it is left; never rejects.
   */
  contain(recorded: Promise<void>): Promise<boolean>
  /** The same at the end of the step that it takes, or soon; what another machine needs to go on is left for it. */
  park(): Promise<void>
  /** Stops without ending the session: whoever comes next picks it up from its events. */
  stop(): Promise<void>
}

/** What a spawn says of how and where its session is run: each runtime has this its own way. */
export type Plan = Pick<Spec, 'runtime' | 'workplace'>
export type Planned = Result<Plan, Rejection<RejectionCode>>

type Pushed = { readonly commit: string; readonly push: Push }
/** What became of that; `null` where there is nothing of the kind. */
export type PushedWork = Result<
  { readonly branch: Pushed | null; readonly uncommitted: Pushed | null },
  Rejection<RejectionCode>
>

/** The log comes to have what was found of a session's work that nobody runs here. */
export type ReportWork = (sessionId: string, found: WorkReport) => Promise<void>

/** What ended sessions could not have kept elsewhere than in their worktrees. */
export type WorktreesLeft = {
  /**
   * Takes away those of sessions that went on elsewhere, or were ended there: what is in these last ones is kept before.
   * @param how.push Whether the origin is to have that at once; it may not answer.
   */
  removeMoved(
    sessions: Pick<MovedSessions, 'isHere' | 'sessionOf'>,
    how: { readonly report: ReportWork; readonly push: boolean },
  ): Promise<void>
  /** Keeps what can be kept by now; the worktree goes with the last of it. */
  revisit(session: EndedSession): Promise<{ readonly kept: KeptWork | null; readonly left: LeftWork | null }>
  /** The worktree goes, with whatever is in it. */
  giveUp(session: EndedSession): Promise<void>
}

/** Gives back what sessions other than these have left on this machine, and reports what it finds of their work. */
export type Sweep = (alive: readonly Pick<Spec, 'sessionId' | 'taskId'>[], report: ReportWork) => Promise<void>
/** What may be another when an ended session is taken up. */
export type Again = Pick<ContinueAgent, 'model' | 'maxTurns'>

/** For which session a spawn is planned. */
export type Spawning = { readonly workspaceId: string; readonly sessionId: string }

/** What runs sessions of one kind, each from wherever its events say it is to its end. */
export type Runtime = {
  readonly kind: RuntimeKind
  /**
   * How a session that is asked for would be run, and which control over it there is. Whatever is missing, not taken or
   * known to be wrong is refused by field: after this the spawn is a fact.
   */
  plan(request: SpawnAgent, of: Spawning): Promise<Planned>
  /** The same for an agent that one of this runtime's sessions spawns: run as its parent is, on a branch of its own. */
  planChild(parent: Spec, request: { readonly branch: string }): Promise<Planned>
  /** Sends to the origin what it does not have of a session's work, also when nobody runs the session any more. */
  pushWork(session: LiveSession | EndedSession, rules: WorkspaceRules): Promise<PushedWork>
  /** The same for a session that takes up an ended one of this runtime: run as it was, but for what is asked for here. */
  planAgain(earlier: Spec, request: Again): Promise<Planned>
  /** What has become of its sessions' branches, and of worktrees that had to stay; `null` where these have none. */
  readonly branches: AgentBranches | null
  readonly worktreesLeft: WorktreesLeft | null
  /** Whether there is on this machine what a session needs beside the runtime, e.g. the agent that it is; always where it needs nothing. */
  canRun?(session: Pick<SessionView, 'agent'>): boolean
  /** Once, before the log is read: what is made after this moment belongs to a session that nobody here knows yet. */
  start(): Promise<Sweep>
  /** @param how.pickedUp Whether the session was there before this process, which may have left something behind. */
  run(journal: Journal, how: { readonly pickedUp: boolean }): RunningSession
}
