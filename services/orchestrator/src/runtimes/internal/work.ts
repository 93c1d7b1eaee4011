import { uuidv5 } from '@mosaic/event-store'
import { z } from 'zod'
import type { Call } from '../../journal/transcript.ts'
import { executeTool } from '../../tools/index.ts'
import { failed, type Finding } from './collaboration/finding.ts'
import type { Run } from './run.ts'

/** Git and files are worked on from outside the sandbox, where its freezer does not reach. */
const outside: ReadonlySet<string> = new Set(['commit', 'merge_branch', 'read_file', 'write_file', 'edit_file'])

const commitDetails = z.object({
  commit: z.string(),
  branch: z.string(),
  files: z.int(),
  insertions: z.int(),
  deletions: z.int(),
  pushed: z.boolean(),
})

/** A tool that works on the worktree. A commit is a fact of its own beside the tool's result. */
export async function work(run: Run, call: Call): Promise<Finding> {
  const { workplace, deps, journal } = run
  if (!workplace) return failed('there is no worktree any more')
  run.activity = outside.has(call.name) ? 'busy' : 'sandboxed'
  const outcome = await executeTool(
    { id: call.id, name: call.name, input: call.input },
    {
      sessionId: journal.sessionId,
      sandbox: workplace.sandbox,
      git: deps.git,
      worktree: workplace.worktree,
      signal: run.halted,
      secrets: deps.secrets,
    },
  )
  run.halted.throwIfAborted()
  const committed = call.name === 'commit' && !outcome.isError ? commitDetails.safeParse(outcome.details) : undefined
  if (committed?.success) {
    const { commit, branch, files, insertions, deletions, pushed } = committed.data
    const message = typeof call.input['message'] === 'string' ? call.input['message'] : ''
    const fact = { commit, branch, message, files, insertions, deletions, pushed }
    await run.record({ type: 'RecordCommit', ...fact }, uuidv5(`${journal.sessionId}/${call.id}/commit`))
  }
  return { content: outcome.content, isError: outcome.isError }
}
