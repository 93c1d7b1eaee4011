import type { AllowedSecret, Push } from '@mosaic/contracts/agent-session'
import type { CheckStage } from '@mosaic/contracts/quality'
import type { WorkspaceRules } from '@mosaic/redaction'
import type { GitResult } from './errors.ts'

/** A commit that is to stand on its branch, or to go out, and does not yet. */
export type Candidate = { readonly stage: CheckStage; readonly commit: string; readonly tree: string }

/** Whether it may. What is refused moves no branch and is sent nowhere. */
export type Approve = (candidate: Candidate) => Promise<GitResult<void>>

export type CommitRequest = {
  readonly message: string
  /** Written below the message, e.g. `{'Mosaic-Session': id, 'Mosaic-Step': step}`. */
  readonly trailers: Readonly<Record<string, string>>
  /** A trailer whose value names this very step: a commit of the branch that has it is answered, not made again. */
  readonly idempotencyTrailer?: string
  readonly allowed?: readonly AllowedSecret[]
  /** Of the workspace: what is a secret there, and what is none. */
  readonly rules?: WorkspaceRules | undefined
  readonly approve?: Approve | undefined
}

export type Commit = {
  readonly commit: string
  readonly branch: string
  readonly files: number
  readonly insertions: number
  readonly deletions: number
  /** Failed: the commit is in the mirror alone. It may have another name at origin: its own can be taken there. */
  readonly push: Push
  /** Files in which the branch conflicts with what its base branch is at origin now. */
  readonly conflictsWithBase: readonly string[]
  /** What was changed and is no part of the commit: below a submodule, or in a repository of its own. At most 50. */
  readonly leftOut: readonly string[]
  /** true when a commit with the idempotency trailer was already there. */
  readonly alreadyMade: boolean
}

export type MergeRequest = {
  readonly branch: string
  readonly trailers: Readonly<Record<string, string>>
  readonly approve?: Approve | undefined
}

export type Merge = {
  readonly commit: string
  readonly branch: string
  readonly message: string
  readonly files: number
  readonly insertions: number
  readonly deletions: number
  readonly merged: string
  /** false when the branch held nothing new. */
  readonly changed: boolean
  readonly push: Push
}

export type Pushed = { readonly commit: string; readonly push: Push }
