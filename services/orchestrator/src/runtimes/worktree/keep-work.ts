import type { AllowedSecret, KeptWork, LeftWork, SandboxKind } from '@mosaic/contracts/agent-session'
import type { WorkspaceRules } from '@mosaic/redaction'
import type { Logger } from '@mosaic/runtime'
import { type AgentWork, GitFault, type GitWorkspace } from '../../git/index.ts'

/** `left`: why work is still in its worktree, which stays. */
type Kept = { readonly kept: KeptWork | null; readonly left: LeftWork | null }
type KeepDeps = { readonly git: Pick<GitWorkspace, 'findWorktree' | 'keepUncommitted'>; readonly logger: Logger }

/** What a session that has ended had not committed, kept before its worktree goes; and what could not be kept of it. */
export async function keepWork(
  { git, logger }: KeepDeps,
  work: AgentWork,
  {
    beside,
    ...how
  }: {
    readonly push: boolean
    readonly allowed?: readonly AllowedSecret[]
    readonly rules?: WorkspaceRules
    readonly beside?: SandboxKind | undefined
  },
): Promise<Kept> {
  const { agentId: sessionId } = work
  try {
    const worktree = await git.findWorktree(work)
    if (!worktree) return { kept: null, left: null }
    const request = { sessionId, trailers: { 'Mosaic-Session': sessionId }, ...how }
    const made = await git.keepUncommitted(worktree, request, beside)
    if (made.ok) return { kept: made.value.work, left: noPartOf(made.value.leftOut) }
    const { code, message } = made.error
    logger.error({ sessionId, worktree: worktree.path, code, message }, 'uncommitted work could not be kept')
    return { kept: null, left: { code, message } }
  } catch (error) {
    logger.error({ sessionId, err: error }, 'uncommitted work could not be kept')
    return { kept: null, left: reasonOf(error) }
  }
}

const mostNames = 10

function noPartOf(leftOut: readonly string[]): LeftWork | null {
  if (leftOut.length === 0) return null
  const names = leftOut.slice(0, mostNames).join(', ')
  const message = `What is below a submodule or in a repository of its own is no part of any commit: ${names}.`
  return { code: 'NO_PART_OF_REPOSITORY', message }
}

export function reasonOf(error: unknown): LeftWork {
  const text = error instanceof Error ? error.message : String(error)
  if (/ENOSPC|No space left on device/.test(text)) return { code: 'DISK_FULL', message: 'The disk is full.' }
  if (error instanceof GitFault) return { code: 'GIT_FAULT', message: text }
  return { code: 'INTERNAL', message: 'something went wrong inside the orchestrator' }
}
