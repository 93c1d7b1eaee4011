import type { Problem } from '@mosaic/contracts/http'
import { ProblemError, UnreachableError } from '@mosaic/client'
import { CliError, exitCodes } from '../cli.ts'

/** The gateway said no. Carries its problem, which `--json` prints as it is. */
export class RefusedError extends CliError {
  readonly problem: Problem

  constructor(problem: Problem, isReadonly = false) {
    super(`${problem.code}: ${problem.detail}${problem.field ? ` (${problem.field})` : ''}`, {
      exitCode: exitCodeOf(problem),
      ...hintOf(problem, isReadonly),
    })
    this.problem = problem
  }
}

/** What the client throws, as the CLI tells it; everything else as it is. */
export function explained(error: unknown, { isReadonly = false } = {}): unknown {
  if (error instanceof ProblemError) return new RefusedError(error.problem, isReadonly)
  if (!(error instanceof UnreachableError)) return error
  const hint = '"mosaic status" says how the components are.'
  return new CliError(error.message, { exitCode: exitCodes.notRunning, hint, cause: error })
}

function exitCodeOf({ code, status }: Problem): number {
  // What was named does not exist here. A repository or branch is looked up elsewhere: that is a refusal (422).
  if (status === 404) return exitCodes.notFound
  if (status === 503) return exitCodes.notRunning
  if (code === 'VALIDATION_FAILED' || status === 413) return exitCodes.usage
  return status >= 500 ? exitCodes.failed : exitCodes.refused
}

function hintOf({ code, errors }: Problem, isReadonly: boolean): { hint?: string } {
  if (errors) return { hint: errors.map(({ field, message }) => `${field}: ${message}`).join('\n') }
  if (code === 'MODEL_NOT_CONFIGURED' && process.env['ANTHROPIC_API_KEY'])
    return { hint: 'This shell has a key: mosaic model add anthropic --key-env ANTHROPIC_API_KEY' }
  if (code === 'UNAUTHENTICATED') return { hint: 'MOSAIC_TOKEN, or the file "token" in the data folder, does not fit.' }
  if (code === 'SANDBOX_UNAVAILABLE') return { hint: '"mosaic doctor" says which sandboxes work here.' }
  if (code === 'FORBIDDEN' && isReadonly) return { hint: 'With --readonly you only look.' }
  if (code.endsWith('_UNAVAILABLE')) return { hint: '"mosaic status" says which component is missing.' }
  return {}
}
