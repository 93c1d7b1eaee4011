import { uuidv5 } from '@mosaic/event-store'
import { isLive } from '../../../domain/agent-session/index.ts'
import { isOver } from '../../../process-manager/roster.ts'
import type { ToolInput } from '../../../tools/index.ts'
import { isInterrupted, type Run } from '../run.ts'
import { worktreeAsked } from '../worktree-session.ts'
import { failed, type Finding } from './finding.ts'

const readyMs = 120_000

/**
 * Spawns another agent and waits until it has its branch. Session and command ids follow from the call's, so that a
 * call that is repeated after a crash spawns once.
 */
export async function spawnAgent(
  run: Run,
  callId: string,
  input: ToolInput<'spawn_agent'>,
): Promise<Finding | undefined> {
  const { session, sessionId: parentId } = run.journal
  if (!isLive(session)) return undefined
  const sessionId = uuidv5(`${parentId}/${callId}/session`)
  const spawned = await run.deps.spawnChild({
    sessionId,
    commandId: uuidv5(`${parentId}/${callId}/spawn`),
    parent: session.spec,
    workspaceId: run.workspaceId,
    task: input.task,
    agentType: input.agent_type,
    ...(input.name !== undefined && { name: input.name }),
    branch: input.branch ?? worktreeAsked(session.spec).baseBranch,
  })
  if (!spawned.ok) return failed(`${spawned.error.code}: ${spawned.error.message}`)
  const entry = () => run.deps.roster.get(sessionId)
  const settled = () => {
    const known = entry()
    return known !== undefined && (known.summary.branch !== null || isOver(known))
  }
  run.activity = 'idle'
  await run.until(() => settled() || isInterrupted(run), { timeoutMs: readyMs, anySession: true })
  run.activity = 'busy'
  if (!settled() && isInterrupted(run)) return undefined
  const known = entry()
  if (known && isOver(known) && known.summary.branch === null) {
    return failed(`the agent ${sessionId} did not start: ${known.outcome ?? known.summary.status}`)
  }
  return { content: JSON.stringify({ sessionId, branch: known?.summary.branch ?? null }), isError: false }
}
