import type { EndedSession } from '../../domain/agent-session/index.ts'
import { isLive } from '../../domain/agent-session/index.ts'
import type { Worktree } from '../../git/index.ts'
import { endLeftovers } from './leftovers.ts'
import type { Run } from './run.ts'
import { worktreeAsked } from './asked.ts'

/** Gives back what an ended session held, and says so. The branch and its commits stay. */
export async function release(run: Run): Promise<void> {
  await run.makingSandbox
  const { sessionId, session } = run.journal
  if (session.status === 'none' || isLive(session) || session.released) return
  await run.stillOurs()
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work()
      return true
    } catch (error) {
      run.deps.logger.error({ sessionId, err: error }, `${what} could not be removed`)
      return false
    }
  }
  const sandboxRemoved = await attempt('the sandbox', () => removeSandbox(run, session))
  const worktreeRemoved = await attempt('the worktree', () => removeWorktree(run, session))
  run.workplace = undefined
  await run.record({ type: 'RecordReleased', sandboxRemoved, worktreeRemoved })
}

const removeSandbox = (run: Run, { spec, place }: EndedSession): Promise<void> =>
  run.workplace ? run.workplace.sandbox.dispose() : endLeftovers(run, spec, place)

async function removeWorktree(run: Run, session: EndedSession): Promise<void> {
  const worktree = run.workplace?.worktree ?? (await run.makingWorktree) ?? (await worktreeOfEarlierRun(run, session))
  if (worktree) await run.deps.git.removeWorktree(worktree)
}

/** Its facts are not all in the log; git answers them for the same agent and task. */
async function worktreeOfEarlierRun({ deps }: Run, { spec, place }: EndedSession): Promise<Worktree | undefined> {
  if (!place) return undefined
  const { sessionId, taskId } = spec
  const { repository, baseBranch } = worktreeAsked(spec)
  const found = await deps.git.createWorktree({ repository, baseBranch, agentId: sessionId, taskId })
  if (!found.ok) throw new Error(found.error.message)
  return found.value
}
