import type { RejectionCode } from '@mosaic/contracts/http'
import { ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import type { SpawnChild } from '../../tools/index.ts'
import type { Spec } from '../../domain/agent-session/index.ts'
import type { FeatureDeps } from '../deps.ts'
import { checkRepository } from './check.ts'
import { nameOf } from './route.ts'

/** An agent's spawn of another: same mission, model and repository as its own. */
export async function spawnChild(
  deps: FeatureDeps,
  { sessionId, commandId, parent, workspaceId, task, agentType, name, branch }: SpawnChild,
): Promise<Result<{ sessionId: string }, Rejection<RejectionCode>>> {
  const journal = await deps.sessions.journals.open(sessionId)
  if (journal.session.status !== 'none') return ok({ sessionId })
  const { workplace } = parent
  if (workplace.kind === 'worktree') {
    const checked = await checkRepository(deps, { repository: workplace.repository, branch })
    if (!checked.ok) return checked
  }
  const spec: Spec = {
    ...parent,
    sessionId,
    parentSessionId: parent.sessionId,
    taskId: uuidv5(`${commandId}/task`),
    taskSource: 'internal',
    agentType,
    name: name ?? nameOf(agentType, sessionId),
    task,
    workplace: workplace.kind === 'worktree' ? { ...workplace, baseBranch: branch } : workplace,
  }
  const actor = { kind: 'agent', id: parent.sessionId, name: parent.name } as const
  const context = { commandId, workspaceId, actor, occurredAt: deps.clock.now(), correlationId: parent.missionId }
  const command = { type: 'SpawnAgent', spec, ownerId: deps.sessions.ownerId } as const
  const done = await deps.admission.admit(workspaceId, spec, () => journal.execute(command, context))
  return done.ok ? ok({ sessionId }) : done
}
