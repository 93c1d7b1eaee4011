import type { LeftWork } from '@mosaic/contracts/agent-session'
import { type EndedSession, isLive } from '../../domain/agent-session/index.ts'
import { keepWork } from './keep-work.ts'
import { endLeftovers } from './leftovers.ts'
import { approvedBefore } from './approved-before.ts'
import { branchOf } from './push-work.ts'
import type { Run } from './run.ts'
import { worktreePlace } from './asked.ts'

/** Gives back what an ended session held, and says so. What it made stays: its branch, and what it had not committed. */
export async function release(run: Run): Promise<void> {
  await run.makingSandbox
  const { sessionId, session } = run.journal
  if (session.status === 'none' || isLive(session) || session.released) return
  await run.deps.precedence.settled(run.stopping)
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
  await attempt('what its agent had kept', () => run.mind.forget())
  await run.makingWorktree
  // What a reviewer has tried out is nobody's work.
  const leftWork = session.spec.reviews ? null : await keep(run, session)
  const work = { agentId: sessionId, taskId: session.spec.taskId }
  const worktreeRemoved = leftWork === null && (await attempt('the worktree', () => run.deps.git.removeWorktree(work)))
  await pushUnpushed(run, session)
  run.workplace = undefined
  await run.record({ type: 'RecordReleased', sandboxRemoved, worktreeRemoved, leftWork })
}

const removeSandbox = (run: Run, { spec, place }: EndedSession): Promise<void> =>
  run.workplace ? run.workplace.sandbox.dispose() : endLeftovers(run, spec, place)

/** What could not be pushed when it was made, or was made in the very moment of a kill. */
async function pushUnpushed(run: Run, session: EndedSession): Promise<void> {
  const branch = branchOf(session, run.secretRules)
  if (!branch) return
  const pushed = await run.deps.git.pushBranch(branch, approvedBefore(session)).catch((error: unknown) => {
    run.deps.logger.error({ sessionId: branch.agentId, err: error }, 'a branch cannot be pushed')
    return undefined
  })
  if (pushed?.ok && pushed.value) await run.record({ type: 'RecordPush', ...pushed.value })
}

/** It has called no tool, and nobody else has been there: to look properly would take a sandbox. */
async function isAsCommitted({ writtenAt, workplace, deps }: Run): Promise<boolean> {
  if (writtenAt === undefined || !workplace) return false
  return !(await deps.git.hasChangedSince(workplace.worktree, writtenAt))
}

/** Nothing of the agent runs any more. Answers what could not be kept. */
async function keep(run: Run, { spec, place, work }: EndedSession): Promise<LeftWork | null> {
  if (await isAsCommitted(run)) return null
  const { sessionId: agentId, taskId } = spec
  const beside = worktreePlace(place)?.sandbox.kind
  const rules = run.secretRules
  const how = { push: true, allowed: work.allowed, rules, beside }
  const { kept, left } = await keepWork(run.deps, { agentId, taskId }, how)
  if (kept) await run.record({ type: 'RecordKept', ...kept })
  return left
}
