import type { GitResult } from '../git/index.ts'
import type { ToolContext } from './contract.ts'
import type { ToolInput } from './definitions.ts'
import { ToolRefusal } from './refusal.ts'
import type { ToolAnswer } from './tool.ts'

export async function commit(
  { message }: ToolInput<'commit'>,
  { callId, context }: { callId: string; context: ToolContext },
): Promise<ToolAnswer> {
  const { git, worktree, sandbox, sessionId } = context
  // A branch that was merged brings its own steps: the session tells them apart.
  const trailers = { 'Mosaic-Session': sessionId, 'Mosaic-Step': `${sessionId}/${callId}` }
  const made = await git.commit(worktree, { message, trailers, idempotencyTrailer: 'Mosaic-Step' }, (step) =>
    sandbox.whileStill(step),
  )
  const { pushError, ...value } = valueOf(made)
  const details = { ...value, ...(pushError ? { pushError: pushError.message } : {}) }
  return { content: JSON.stringify(details), details }
}

export async function mergeBranch({ branch }: ToolInput<'merge_branch'>, context: ToolContext): Promise<ToolAnswer> {
  const { git, worktree, sandbox, sessionId } = context
  const request = { branch, trailers: { 'Mosaic-Session': sessionId } }
  const { pushError, ...value } = valueOf(await git.mergeBranch(worktree, request, (step) => sandbox.whileStill(step)))
  const details = { ...value, ...(pushError ? { pushError: pushError.message } : {}) }
  return { content: JSON.stringify(details), details }
}

function valueOf<T>(result: GitResult<T>): T {
  if (result.ok) return result.value
  throw new ToolRefusal(result.error.code, result.error.message, result.error.details ?? {})
}
