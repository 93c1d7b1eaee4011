import { uuidv5 } from '@mosaic/event-store'
import { isLive } from '../../domain/agent-session/index.ts'
import { commit, executeTool } from '../../tools/index.ts'
import type { Run } from './run.ts'
import { unlessHalted } from './unless-halted.ts'
import { workContextOf } from './work-context.ts'

/**
 * Commits what has changed in the worktree, as the checks of its repository let it. Answers why not, in words for who made the changes.
 * @param callId The same for the same changes: a commit that was made before a crash is no second one.
 */
export async function commitChanges(run: Run, callId: string, message: string): Promise<string | undefined> {
  const { workplace, journal, deps, redactor, halted } = run
  const { session, sessionId } = journal
  if (!workplace || !isLive(session)) return undefined
  const { worktree, sandbox } = workplace
  if ((await deps.git.changedFiles(worktree, sandbox)).length === 0) return undefined
  const outcome = await unlessHalted(
    halted,
    executeTool(commit, {
      input: { message },
      context: workContextOf(run, workplace, callId),
      redactor,
      seam: run.seams.shown,
    }),
  )
  if (outcome?.fact) await run.record(outcome.fact, uuidv5(`${sessionId}/${callId}/commit`))
  return outcome?.isError ? outcome.content : undefined
}
