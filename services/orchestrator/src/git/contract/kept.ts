import type { AllowedSecret, KeptWork } from '@mosaic/contracts/agent-session'
import type { WorkspaceRules } from '@mosaic/redaction'

export type Kept = {
  /** `null`: everything is committed. */
  readonly work: KeptWork | null
  /** What is no part of the repository, and so of no commit: repositories in it, files below submodules. */
  readonly leftOut: readonly string[]
}

/** A worktree's files as they were at some moment, as a commit beside the branch, in the mirror alone. */
export type Checkpoint = {
  readonly ref: string
  readonly commit: string
  /** How many differ from the branch. */
  readonly files: number
  readonly mirror: string
}

export type CheckpointRequest = {
  readonly sessionId: string
  /** Of the fact after which the files are as they are. */
  readonly revision: number
  /** The commit of the checkpoint before. */
  readonly last: string | null
}

export type KeepRequest = {
  readonly sessionId: string
  readonly trailers: Readonly<Record<string, string>>
  readonly allowed?: readonly AllowedSecret[]
  readonly rules?: WorkspaceRules | undefined
  /** false: it is not tried to get it to origin now. */
  readonly push: boolean
}

export type CommitKept = {
  /** The commit that holds it. */
  readonly kept: string
  readonly message: string
  readonly trailers: Readonly<Record<string, string>>
}
