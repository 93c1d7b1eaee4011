import type { Register } from '../../cli.ts'
import { registerDecide } from './decide.ts'
import { registerLook } from './look.ts'
import { registerPolicy } from './policy.ts'

/** What agents want to do and people have to decide, and what is decided without them. */
export const registerApproval: Register = (program) => {
  const approval = program
    .command('approval')
    .description('what agents ask to be allowed, and what they may do unasked')
  for (const register of [registerLook, registerDecide, registerPolicy]) register(approval)
}
