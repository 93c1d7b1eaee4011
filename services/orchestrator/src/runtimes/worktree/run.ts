import { type Redactor, Seam, type WorkspaceRules } from '@mosaic/redaction'
import type { Worktree } from '../../git/index.ts'
import type { Journal } from '../../journal/journal.ts'
import type { Call } from '../../journal/transcript.ts'
import type { WorkContext } from '../../tools/index.ts'
import { ClaimedRun } from '../claimed-run.ts'
import { Checkpoints } from './checkpoints.ts'
import type { RunnerDeps } from './deps.ts'
import type { Mind } from './mind.ts'

export type Workplace = Pick<WorkContext, 'sandbox' | 'worktree' | 'workdir' | 'network'>

/**
 * What the runner is at. A pause is true at once while nothing happens that the sandbox's freezer does not stop:
 * `sandboxed` (a command runs there) and `idle` (waiting for somebody); not while `busy` (a model call, git).
 */
export type Activity = 'idle' | 'sandboxed' | 'busy'

/** One session's run in this process: what its steps share. */
export class Run extends ClaimedRun {
  readonly deps: RunnerDeps
  /** The session was there before this process. */
  readonly pickedUp: boolean
  readonly #begunAt: Date
  activity: Activity = 'busy'
  workplace: Workplace | undefined
  /** Set once the making has begun: a release waits for it, a kill for the sandbox's alone. */
  makingWorktree: Promise<Worktree | undefined> | undefined
  makingSandbox: Promise<unknown> | undefined
  /** The worktree's files are being written in the sandbox: it is not frozen before they are. */
  isWritingFiles = false
  /** When git had written the worktree's files, in milliseconds since 1970; `undefined` once another program of its may have. */
  writtenAt: number | undefined
  /** How often budgets had been changed when this session last asked for room in one. */
  budgetsAsked: number | undefined
  /** What the model is to be told with its next call. */
  remark: string | undefined
  /** Why what an earlier owner has left of it could not be taken in. */
  missing: string | undefined
  readonly mind: Mind
  readonly checkpoints = new Checkpoints(this)
  /** By the rules of its workspace. */
  readonly redactor: Redactor
  /** Where what was said and shown one after the other meets: a secret may be cut in two there. */
  readonly seams: { readonly said: Seam; readonly live: Seam; readonly shown: Seam }
  /** Gates that run on what it is to commit: settles, and never rejects, once nothing of them runs any more. */
  checking: Promise<unknown> | undefined
  /** Tool calls that this process has begun. */
  readonly begun = new Set<string>()
  /** The input of tool calls that the model asked for, by the call's id, as it said it. */
  readonly heard = new Map<string, Call['input']>()

  constructor(journal: Journal, deps: RunnerDeps, pickedUp: boolean) {
    super(journal, deps)
    this.deps = deps
    this.pickedUp = pickedUp
    this.#begunAt = deps.clock.now()
    this.mind = deps.mindOf(this)
    this.redactor = deps.redactor.in(this.workspaceId)
    const seam = () => new Seam(this.redactor.text)
    this.seams = { said: seam(), live: seam(), shown: seam() }
  }

  /**
   * How long something that a session waits for has been tried, in milliseconds: what went by while nobody ran it, in a
   * night without power or before a take-over, is no try.
   */
  triedForMs(since: string, now: Date): number {
    return now.getTime() - Math.max(Date.parse(since), this.#begunAt.getTime())
  }

  /** What is a secret where the session belongs, and what is none. */
  get secretRules(): WorkspaceRules {
    return this.deps.redactor.rules.of(this.workspaceId)
  }
}
