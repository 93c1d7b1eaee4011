import { orchestratorRoutes, type RejectionCode, type SpawnAnswer } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { inTime, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { Spec } from '../../domain/agent-session/index.ts'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { beginSession, begunSpec } from '../spawn-agent/begin.ts'
import { runtimeUnknown } from '../spawn-agent/plan.ts'
import { nameOf } from '../spawn-agent/route.ts'
import { usualQuality } from '../spawn-agent/quality.ts'
import { ofItsOwn } from '../spawn-agent/terms.ts'

/** More is no review any more. */
const mostTurns = 40
const planMs = 20_000

type Asked = {
  readonly checkId: string
  readonly commit: string
  readonly task: string
  readonly model?: string | undefined
}
type Refused = Rejection<RejectionCode>

/** Spawns a session of its own that looks at an agent's commit, from that very commit. The author has no part in it. */
export function reviewAgentRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.review, async ({ params: { id }, body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? review(deps, { author: id, ...body }, caller.value) : caller
  })
}

async function review(
  deps: FeatureDeps,
  asked: Asked & { readonly author: string },
  caller: Caller,
): Promise<Result<SpawnAnswer, Refused>> {
  const sessionId = uuidv5(`${asked.checkId}/review`)
  const before = await inTime(begunSpec(deps, sessionId))
  const spec = before ? ok(before) : await newSpec(deps, asked, sessionId)
  if (!spec.ok) return spec
  return beginSession(deps, { spec: spec.value, caller, isAdmitted: before !== undefined })
}

async function newSpec(
  deps: FeatureDeps,
  { author, checkId, commit, task, model }: Asked & { readonly author: string },
  sessionId: string,
): Promise<Result<Spec, Refused>> {
  const reviewed = await inTime(begunSpec(deps, author))
  if (!reviewed) return err({ code: 'SESSION_NOT_FOUND', message: 'there is no such session' })
  const runtime = deps.runtimes.get(reviewed.runtime.kind)
  if (!runtime) return err(runtimeUnknown(deps, reviewed.runtime.kind))
  const plan = await inTime(runtime.planAgain(reviewed, { model, maxTurns: mostTurns }), planMs)
  if (!plan.ok) return plan
  const { workplace } = plan.value
  return ok({
    ...reviewed,
    ...plan.value,
    ...ofItsOwn,
    workplace: workplace.kind === 'worktree' ? { ...workplace, from: commit } : workplace,
    sessionId,
    // Nobody whose work it judges can end it, or wait for it.
    parentSessionId: null,
    predecessor: null,
    taskId: uuidv5(`${checkId}/task`),
    taskSource: 'internal',
    agentType: 'reviewer',
    name: nameOf('reviewer', sessionId),
    task,
    quality: usualQuality,
    reviews: { sessionId: author, checkId, commit },
  })
}
