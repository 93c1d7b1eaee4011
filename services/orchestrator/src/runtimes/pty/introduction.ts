import type { Spec } from '../../domain/agent-session/index.ts'
import type { Where } from '../worktree/index.ts'
import { commandAsked } from './asked.ts'

/** What stands first in the session's conversation. */
export const introduction = (spec: Spec, where: Where): string =>
  `A terminal with ${commandAsked(spec)} in it, in a sandbox of its own. Its worktree is ${where.path}, on the branch ${where.branch}; when it ends with 0, all changes in the worktree are checked and committed.`
