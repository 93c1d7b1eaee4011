import type { Register } from '../../cli.ts'
import { registerAllow } from './allow.ts'
import { registerPush } from './push.ts'

const verbs: readonly Register[] = [registerPush, registerAllow]

/** What agents have made: their branches, and what they had not committed. */
export const registerWork: Register = (program) => {
  const work = program.command('work').description('what agents have made')
  for (const register of verbs) register(work)
}
