import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { type EventStore, inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import { ModelCalls } from '@mosaic/views'
import type { FastifyInstance } from 'fastify'
import { sessionAccess } from '../live/session-access.ts'
import { operatorOf } from '../sign-in/authenticate.ts'

/** What agents of other makers said to their models, from the log itself: it is large, and looked at seldom. */
export function addModelCallRoutes(app: FastifyInstance, eventStore: EventStore): void {
  addRoute(app, gatewayRoutes.modelCalls, async ({ params, query, request }) => {
    const access = await sessionAccess(eventStore, params.id, operatorOf(request).workspaceId)
    if (!access.ok) return access
    const all = (await inTime(callsOf(eventStore, params.id))).all()
    const later = all.filter(({ revision }) => revision > query.afterRevision)
    return ok({ items: later.slice(0, query.limit), hasMore: later.length > query.limit })
  })
  addRoute(app, gatewayRoutes.modelCall, async ({ params, request }) => {
    const access = await sessionAccess(eventStore, params.id, operatorOf(request).workspaceId)
    if (!access.ok) return access
    const call = (await inTime(callsOf(eventStore, params.id))).whole(params.callId)
    if (call) return ok(call)
    const message = `the session has made no call ${params.callId} to a model by way of Mosaic`
    return err({ code: 'MODEL_CALL_NOT_FOUND', message, field: 'callId' } as const)
  })
}

async function callsOf(eventStore: EventStore, sessionId: string): Promise<ModelCalls> {
  const calls = new ModelCalls()
  for await (const item of eventStore.readStream(agentSessionStream.of(sessionId))) {
    if (item.kind !== 'event') continue
    const { event } = item
    if (event.type === 'ModelTextsRecorded' || event.type === 'ModelCallRelayed') calls.take(event)
  }
  return calls
}
