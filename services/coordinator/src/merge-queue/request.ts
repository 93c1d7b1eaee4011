import { actorHeaders, coordinatorRoutes, orchestratorRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { RequestLanding } from '@mosaic/contracts/merge-queue'
import { titleOf } from '@mosaic/contracts/task'
import { inTime, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { Caller } from '@mosaic/http/caller'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { type Landable, landable } from '../landable.ts'

type Refused = Rejection<RejectionCode>
/** A repository may be far away. In milliseconds. */
const lookMs = 60_000

/** A branch is to land: looked at first, and refused before anything is queued where that cannot be. */
export function requestLandingRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, coordinatorRoutes.requestLanding, async ({ body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const found = await landable(deps, body, caller.value)
    if (!found.ok) return found
    const looked = await look(deps, { ...body, ...found.value }, caller.value)
    return looked.ok ? enqueue(deps, { ...body, ...found.value }, caller.value) : looked
  })
}

type Asked = Omit<RequestLanding, 'into'> & Landable

/** As git has it now. A conflict is said at once to whoever would have to resolve it. */
async function look(
  { orchestrator }: FeatureDeps,
  { sessionId, branch, into, returnTo }: Asked,
  { workspaceId }: Caller,
): Promise<Result<null, Refused>> {
  const looked = await orchestrator.call(orchestratorRoutes.workLook, {
    params: { id: sessionId },
    query: { into },
    headers: { [actorHeaders.workspaceId]: workspaceId },
    timeoutMs: lookMs,
  })
  if (!looked.ok) return looked
  const { isMerged, conflicts: files } = looked.value
  if (isMerged) return err({ code: 'NOTHING_TO_LAND', message: `${into} has all of ${branch} already` })
  if (files.length === 0 || returnTo === 'agent') return ok(null)
  const message = `${branch} conflicts with ${into} in ${files.slice(0, 10).join(', ')}: nothing was changed`
  return err({ code: 'MERGE_CONFLICT', message, details: { files } })
}

async function enqueue({ commands }: FeatureDeps, asked: Asked, caller: Caller) {
  const { session, sessionId, repository, branch, into, how, returnTo } = asked
  const queueId = uuidv5(`${caller.workspaceId}/merge-queue/${repository}\n${into}`)
  // The same key again is the same landing.
  const landingId = uuidv5(`${caller.commandId}/landing`)
  const command = {
    type: 'RequestLanding',
    queueId,
    landingId,
    repository,
    into,
    sessionId,
    branch,
    how,
    returnTo,
    title: titleOf(session.task),
    operator: caller.operatorName,
  } as const
  const done = await inTime(commands.mergeQueue(queueId, command, { correlationId: queueId, ...caller }))
  if (!done.ok) return done
  const { events, revision, position } = done.value
  return ok({ queueId, landingId, into, changed: events.length > 0, revision, position })
}
