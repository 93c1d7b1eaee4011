import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import type { Spec } from '../../domain/agent-session/index.ts'
import type { SpawnChild } from '../../tools/index.ts'
import type { FeatureDeps } from '../deps.ts'
import { checkSettings } from './check-settings.ts'
import { runtimeUnknown } from './plan.ts'
import { nameOf } from './route.ts'
import { ofItsOwn } from './terms.ts'

type Spawned = Result<{ sessionId: string }, Rejection<RejectionCode>>

/** An agent's spawn of another: same mission as its own, run the same way. */
export const spawnChild = (deps: FeatureDeps, request: SpawnChild): Promise<Spawned> =>
  deps.sessions.journals.use(request.sessionId, async (journal) => {
    const { sessionId, commandId, parent, workspaceId } = request
    if (journal.session.status !== 'none') return ok({ sessionId })
    const spec = await specOf(deps, request)
    if (!spec.ok) return spec
    const actor = { kind: 'agent', id: parent.sessionId, name: parent.name } as const
    const context = { commandId, workspaceId, actor, occurredAt: deps.clock.now(), correlationId: parent.missionId }
    const command = { type: 'SpawnAgent', spec: spec.value, ownerId: deps.sessions.ownerId } as const
    const done = await deps.admission.admit(workspaceId, spec.value, (queued) =>
      journal.execute({ ...command, queued }, context),
    )
    return done.ok ? ok({ sessionId }) : done
  })

async function specOf(
  deps: FeatureDeps,
  { sessionId, commandId, parent, workspaceId, task, agentType, name, branch }: SpawnChild,
): Promise<Result<Spec, Rejection<RejectionCode>>> {
  const runtime = deps.runtimes.get(parent.runtime.kind)
  if (!runtime) return err(runtimeUnknown(deps, parent.runtime.kind))
  const plan = await runtime.planChild(parent, { branch })
  if (!plan.ok) return plan
  const refusal = await checkSettings(deps, workspaceId, { ...parent, ...plan.value })
  if (refusal) return err(refusal)
  return ok({
    ...parent,
    ...plan.value,
    ...ofItsOwn,
    sessionId,
    parentSessionId: parent.sessionId,
    predecessor: null,
    reviews: null,
    taskId: uuidv5(`${commandId}/task`),
    taskSource: 'internal',
    agentType,
    name: name ?? nameOf(agentType, sessionId),
    task,
  })
}
