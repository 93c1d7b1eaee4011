import type { SandboxKind } from '@mosaic/contracts/agent-session'
import type { Checkpoint } from './kept.ts'

/** Whose work a worktree is; its folder is named after both. */
export type AgentWork = { readonly agentId: string; readonly taskId: string }

export type WorktreeRequest = AgentWork & {
  /** Of the claim under which it is made or gone on with: by it the worktree is known again, wherever it lies. */
  readonly epoch?: number | undefined
  /** Its name; see branch-name.ts. */
  readonly branch: string
  /** An absolute path or a file://, https:// or ssh:// URL (also git@host:path). */
  readonly repository: string
  readonly baseBranch: string
  /** Where it begins, if not at the branch: a commit that is in the mirror. */
  readonly from?: string | undefined
  /** Goes on with the branch of an earlier session, which there is. */
  readonly continues?: { readonly baseCommit: string }
  /** It was made before, perhaps on another disk: where it is not here, it is made anew on its branch. */
  readonly resumes?: { readonly baseCommit: string }
  /** What was in its files beyond the branch, for when it is made anew. */
  readonly uncommitted?: StoredCommit | undefined
  /** Nobody has tried before to make it: nothing of it is looked for. */
  readonly isNew?: boolean
  /** Who writes its files where the agent's own sandbox can do it. */
  readonly writeInside?: WriteInside
  /**
   * Hears where it is going to be and at which commit; nothing is written before that settles. Called again where a
   * mirror had to be healed.
   */
  readonly onPlaced?: (worktree: EmptyWorktree) => Promise<void>
  /** Whoever still waits for its turn when it is aborted, is turned away with its reason. */
  readonly signal?: AbortSignal
}

/** A worktree's place on the disk, before there are files in it. */
export type EmptyWorktree = Omit<Worktree, 'submodules' | 'restored'>

/** A shell command of git's, that brings its own environment along. */
export type WriteJob = { readonly command: string; readonly timeoutMs: number }

/**
 * Has a command write a worktree's files in the sandbox of the agent who is to work there, before anything of the agent's
 * runs in it. `unfit`: it cannot be done there, and nothing was begun. Unless they are written, that sandbox is gone then.
 */
export type WriteInside = (worktree: EmptyWorktree, job: WriteJob) => Promise<'written' | 'failed' | 'unfit'>

/** A commit beside a branch, and a mirror of ours that has it, which may be another machine's. */
export type StoredCommit = Pick<Checkpoint, 'ref' | 'commit' | 'mirror'>

/** What a worktree that was made anew on its branch holds of what was not committed. */
export type Restored =
  | { readonly state: 'as-committed' }
  | { readonly state: 'restored' }
  | { readonly state: 'conflict'; readonly files: readonly string[] }
  /** It is nowhere to be found. */
  | { readonly state: 'lost' }

/** What stands on this disk of a worktree, also half made. */
export type HeldWorktree = {
  /** Another machine may have the same. */
  readonly path: string
  /** Of the claims under which it was made or gone on with; none where a release that noted none has made it. */
  readonly epochs: readonly number[]
  readonly isWhole: boolean
}

/** A worktree as its folders on this disk tell of it. */
export type FoundWorktree = Omit<Worktree, 'baseBranch' | 'isAgents'> & { readonly baseBranch?: string }

/** Plain data: kept in the spawned event and handed back to every later call. */
export type Worktree = {
  readonly repository: string
  readonly path: string
  /** The bare mirror that the worktree belongs to; show it read-only in the sandbox so that git can read there. */
  readonly mirrorPath: string
  /** What git keeps about this worktree, to be shown read-only as well. */
  readonly gitPath: string
  readonly epoch?: number | undefined
  readonly branch: string
  readonly baseBranch: string
  readonly baseCommit: string
  /** An agent had written in it before this one began: what its files say is no person's word. */
  readonly isAgents: boolean
  readonly submodules: Submodules
  /** Where it was just made from a branch that there was: how, and where that stands. */
  readonly restored?: Restored
  readonly head?: string
}

/** What has become of a worktree's submodules; paths are relative to the worktree. */
export type Submodules = {
  /** Filled from `mirror`; what was written there stands in the index file of this name. */
  readonly filled: readonly { readonly path: string; readonly mirror: string; readonly index: string }[]
  readonly empty: readonly { readonly path: string; readonly reason: string }[]
}

/** The files of one commit in a folder that no agent has written in. It goes when it is disposed of. */
export type Trial = Pick<Worktree, 'path' | 'gitPath' | 'mirrorPath'> & AsyncDisposable

/** Runs a step, e.g. while nothing inside a sandbox can change the worktree. */
export type Still = <T>(step: () => Promise<T>) => Promise<T>

/** The sandbox of the worktree's agent, which stands still while git looks at the files. */
export type AgentSandbox = { readonly kind: SandboxKind; readonly whileStill: Still }
