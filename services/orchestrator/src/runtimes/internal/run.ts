import type { Worktree } from '../../git/index.ts'
import type { Journal } from '../../journal/journal.ts'
import type { Call } from '../../journal/transcript.ts'
import type { WorkContext } from '../../tools/index.ts'
import { ClaimedRun } from '../claimed-run.ts'
import type { RunnerDeps } from './deps.ts'

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
  activity: Activity = 'busy'
  workplace: Workplace | undefined
  /** Set once the making has begun: a release waits for it, a kill for the sandbox's alone. */
  makingWorktree: Promise<Worktree | undefined> | undefined
  makingSandbox: Promise<unknown> | undefined
  /** Tool calls that this process has begun. */
  readonly begun = new Set<string>()
  /** The input of tool calls that the model asked for, by the call's id, as it said it. */
  readonly heard = new Map<string, Call['input']>()

  constructor(journal: Journal, deps: RunnerDeps, pickedUp: boolean) {
    super(journal, deps)
    this.deps = deps
    this.pickedUp = pickedUp
  }
}
