import { gatewayRoutes, projectorRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { type Clock, err, newId, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { OperatorView } from '@mosaic/contracts/operator'
import { type ProjectionEvent, projectionStream } from '@mosaic/contracts/projection'
import type { EventStore } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { operatorOf } from '../sign-in/authenticate.ts'
import type { Upstream } from '@mosaic/http'

type Dependencies = { readonly projector: Upstream; readonly eventStore: EventStore; readonly clock: Clock }

/** What operators decide about events that a read model could not take in goes into the log; the projector follows it. */
export function addParkedRoutes(app: FastifyInstance, dependencies: Dependencies): void {
  addRoute(app, gatewayRoutes.retryParked, async ({ params, body, request }) => {
    const operator = operatorOf(request)
    const { streamId = null } = body
    const parked = await findParked(dependencies.projector, params.name, operator)
    if (!parked.ok) return parked
    if (streamId !== null && !parked.value.has(streamId)) return err(notParked(streamId))
    const data = { projection: params.name, streamId }
    return record(dependencies, operator, { type: 'ParkedEventsRetried', data })
  })
  addRoute(app, gatewayRoutes.skipParked, async ({ params, body: { streamId }, request }) => {
    const operator = operatorOf(request)
    const parked = await findParked(dependencies.projector, params.name, operator)
    if (!parked.ok) return parked
    const position = parked.value.get(streamId)
    if (position === undefined) return err(notParked(streamId))
    const data = { projection: params.name, streamId, position }
    return record(dependencies, operator, { type: 'ParkedEventSkipped', data })
  })
}

/** The streams that are held up, with the position of the event that is the cause. */
async function findParked(
  projector: Upstream,
  name: string,
  { workspaceId }: OperatorView,
): Promise<Result<Map<string, string>, Rejection<RejectionCode>>> {
  const answer = await projector.call(projectorRoutes.projections, { query: { workspaceId } })
  if (!answer.ok) return answer
  const found = answer.value.items.find((projection) => projection.name === name)
  return found
    ? ok(new Map(found.parked.map(({ streamId, position }) => [streamId, position])))
    : err({ code: 'PROJECTION_NOT_FOUND', message: `there is no projection ${name}`, field: 'name' })
}

const notParked = (streamId: string) =>
  ({ code: 'EVENT_NOT_FOUND', message: `nothing of ${streamId} is parked`, field: 'streamId' }) as const

async function record({ eventStore, clock }: Dependencies, operator: OperatorView, event: ProjectionEvent) {
  const { operatorId, name, workspaceId } = operator
  const context = {
    commandId: newId(),
    workspaceId,
    actor: { kind: 'operator', id: operatorId, name },
    occurredAt: clock.now(),
  } as const
  // Decisions do not contradict each other: what is not parked any more is left as it is.
  const streamId = projectionStream.of(event.data.projection)
  const appended = await eventStore.append(streamId, [event], { expectedRevision: 'any', context })
  return appended.ok ? ok({ position: appended.value.position }) : appended
}
