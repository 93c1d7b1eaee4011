import type { LandingHow, PushedStack } from '@mosaic/contracts/merge-queue'
import type { BranchOf } from './branches.ts'
import type { GitResult } from './errors.ts'

/** A branch that is to be put on top of others. The message is that of a merge, or of the one commit that it becomes. */
export type ToStack = Pick<BranchOf, 'branch' | 'branchAtOrigin'> & {
  readonly how: LandingHow
  readonly message: string
  readonly trailers: Readonly<Record<string, string>>
}

export type StackRequest = Pick<BranchOf, 'repository' | 'base'> & {
  readonly branches: readonly ToStack[]
  /** Holds the tip. */
  readonly ref: string
  /** What the commits are dated; ISO 8601. */
  readonly at: string
}

/** What has become of one of them. `withBase`: it conflicts with the base itself, not only with those below it. */
export type StackedBranch =
  | { readonly state: 'stacked'; readonly commit: string }
  | { readonly state: 'conflict'; readonly files: readonly string[]; readonly withBase: boolean }
  | { readonly state: 'missing'; readonly message: string }

export type Stacked = {
  readonly baseCommit: string
  readonly commit: string
  readonly tree: string
  /** In the order in which they were asked for. */
  readonly branches: readonly StackedBranch[]
}

export type AdvanceRequest = Pick<BranchOf, 'repository' | 'base'> & {
  readonly from: string
  readonly to: string
  /** Where the commit is offered when the base is checked out. */
  readonly ref: string
  /** It has been offered there. */
  readonly isHeld: boolean
}

export type Advanced = PushedStack

/** Puts branches on their base, several on top of each other, and moves the base when that was found good. */
export interface Landings {
  stack(request: StackRequest): Promise<GitResult<Stacked>>
  advance(request: AdvanceRequest): Promise<GitResult<Advanced>>
}
