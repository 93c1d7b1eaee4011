import type { Register } from '../../cli.ts'
import { registerAllowances } from './allowances.ts'
import { registerPattern } from './pattern.ts'
import { registerReport } from './report.ts'

/** What is held to be a secret in a workspace, and what not; and what came of it in a session. */
export const registerSecrets: Register = (program) => {
  const secrets = program.command('secrets').description('what is covered and not committed, and what is none')
  for (const register of [registerPattern, registerAllowances, registerReport]) register(secrets)
}
