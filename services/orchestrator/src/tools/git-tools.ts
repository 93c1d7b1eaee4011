import type { Push } from '@mosaic/contracts/agent-session'
import { z } from 'zod'
import type { GitResult } from '../git/index.ts'
import { defineTool } from './define-tool.ts'
import { branch, line } from './inputs.ts'
import { ToolRefusal } from './refusal.ts'

export const commit = defineTool({
  name: 'commit',
  description:
    'Commits every change in the worktree to your branch and pushes it. Refused when the changes hold secrets such as API keys, or do not pass the quality gates (tests, lint, …): these are run on what would be committed, and what they say is told you.',
  runs: 'outside',
  repeatable: true,
  input: z.strictObject({ message: line(10_000).describe('First line: a summary of at most 72 characters.') }),
  async execute(
    { message },
    {
      callId,
      git,
      worktree,
      sandbox,
      sessionId,
      trailers: common,
      allowedSecrets: allowed,
      secretRules: rules,
      approve,
    },
  ) {
    // A branch that was merged brings its own steps: the session tells them apart.
    const trailers = { ...common, 'Mosaic-Step': `${sessionId}/${callId}` }
    const request = { message, trailers, idempotencyTrailer: 'Mosaic-Step', allowed, rules, approve }
    const made = await git.commit(worktree, request, sandbox)
    const { push, leftOut, ...value } = valueOf(made)
    const details = {
      ...value,
      ...wordsOf(push, value.branch),
      // Below a submodule, or in a repository of its own: no part of this one.
      ...(leftOut.length > 0 ? { notPartOfTheCommit: leftOut } : {}),
    }
    const { commit, branch, files, insertions, deletions } = value
    const counts = { files, insertions, deletions }
    const fact = { type: 'RecordCommit', commit, branch, message, ...counts, push, merged: null } as const
    return { content: JSON.stringify(details), details, fact }
  },
})

export const mergeBranch = defineTool({
  name: 'merge_branch',
  description:
    'Merges another branch into yours, e.g. what a sub-agent has committed. On conflict nothing changes and the files are named.',
  runs: 'outside',
  repeatable: false,
  input: z.strictObject({ branch: branch.describe('A branch of the repository, e.g. a sub-agent’s.') }),
  async execute({ branch }, { git, worktree, sandbox, trailers, approve }) {
    const merged = await git.mergeBranch(worktree, { branch, trailers, approve }, sandbox)
    const { push, message, ...value } = valueOf(merged)
    const details = { ...value, ...wordsOf(push, value.branch) }
    const { commit, branch: own, files, insertions, deletions } = value
    const counts = { files, insertions, deletions }
    const fact = value.changed
      ? ({ type: 'RecordCommit', commit, branch: own, message, ...counts, push, merged: branch } as const)
      : ({ type: 'RecordPush', commit, push } as const)
    return { content: JSON.stringify(details), details, fact }
  },
})

/** Whether origin has it, under which name where that is another, and why not. */
function wordsOf(push: Push, branch: string) {
  if (push.state === 'failed') return { pushed: false, pushError: push.message }
  return { pushed: true, ...(push.as === branch ? {} : { pushedAs: push.as }) }
}

function valueOf<T>(result: GitResult<T>): T {
  if (result.ok) return result.value
  throw new ToolRefusal(result.error.code, result.error.message, result.error.details ?? {})
}
