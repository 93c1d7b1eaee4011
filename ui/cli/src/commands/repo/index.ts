import type { Register } from '../../cli.ts'
import { registerApprove } from './approve.ts'
import { registerInspect } from './inspect.ts'
import { registerRevoke } from './revoke.ts'

/** Repositories: what agents need to work in them, and what they are let do. */
export const registerRepo: Register = (program) => {
  const repo = program.command('repo').description('what repositories need, and what agents may do for it')
  registerInspect(repo)
  registerApprove(repo)
  registerRevoke(repo)
}
