import type { AllowedSecret } from '@mosaic/contracts/agent-session'
import type { WorkspaceRules } from '@mosaic/redaction'
import type { Commit } from './commit.ts'
import type { GitResult } from './errors.ts'
import type { CommitKept } from './kept.ts'
import type { AgentWork, Worktree } from './worktree.ts'

/** An agent's branch as the log knows it: its worktree may be gone. */
export type AgentBranch = AgentWork &
  Pick<Worktree, 'repository' | 'branch' | 'baseBranch' | 'baseCommit'> & {
    readonly allowed: readonly AllowedSecret[]
    readonly rules?: WorkspaceRules | undefined
  }

/** An agent's branch, and the one that it is to be merged into. */
export type BranchOf = {
  readonly repository: string
  readonly branch: string
  readonly base: string
  /** Where it could not be pushed under its own name. */
  readonly branchAtOrigin?: string
  /** The commit that its work began at. */
  readonly begunAt?: string
}

/** How a branch stands to its base, as origin has it now. */
export type BranchLook = {
  readonly commit: string
  readonly baseCommit: string
  /** Commits that the base does not have, and commits of the base that it does not have. */
  readonly ahead: number
  readonly behind: number
  readonly isMerged: boolean
  /** Files in which the two cannot be merged as they are. */
  readonly conflicts: readonly string[]
  /** What it changes; counts are `null` where a file is no text. */
  readonly files: readonly {
    readonly path: string
    readonly insertions: number | null
    readonly deletions: number | null
  }[]
  readonly moreFiles: number
  /** Newest first; no more than somebody reads. */
  readonly commits: readonly { readonly commit: string; readonly subject: string }[]
}

export type LandRequest = {
  readonly method: 'merge' | 'squash'
  readonly message: string
  readonly trailers: Readonly<Record<string, string>>
}

/** The commit at which the base stands then; not changed: it had all of it already. */
export type Landed = { readonly commit: string; readonly changed: boolean }

export type RemovedRefs = { readonly atOrigin: readonly string[] }

/** What has become of agents' branches: looked at, merged and removed in the mirror, whoever else works on them. */
export interface AgentBranches {
  look(of: BranchOf): Promise<GitResult<BranchLook>>
  /** The change that a branch is, or a commit of what was kept beside it; cut off where nobody would read it all. */
  patch(of: BranchOf, kept?: string): Promise<GitResult<{ patch: string; isCutOff: boolean }>>
  /** Merges it into its base and pushes that; nothing is ever forced, and on conflict nothing changes. */
  land(of: BranchOf, request: LandRequest): Promise<GitResult<Landed>>
  /** Makes what was kept beside a branch a commit on it, as its agent would have, and pushes that. */
  commitKept(branch: AgentBranch, request: CommitKept): Promise<GitResult<Commit>>
  /** Takes refs away, at origin and in the mirror. What is not there is gone already. */
  remove(of: BranchOf, refs: readonly string[]): Promise<GitResult<RemovedRefs>>
}
