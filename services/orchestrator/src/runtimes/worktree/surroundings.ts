import type { SandboxKind } from '@mosaic/contracts/agent-session'
import type { EmptyWorktree, Restored, Submodules } from '../../git/index.ts'
import type { Instructions, Skill } from '../../repositories/index.ts'
import type { Provision } from '../../setup/index.ts'

/** Where a session works. */
export type Where = Pick<EmptyWorktree, 'path' | 'branch' | 'baseCommit'> & { readonly sandbox: SandboxKind }

/** What there is beside the worktree. */
export type Surroundings = {
  readonly submodules: Submodules
  readonly restored?: Restored | undefined
  readonly provision: Provision | undefined
  readonly instructions: readonly Instructions[]
  readonly skills: readonly Skill[]
}
