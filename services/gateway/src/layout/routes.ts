import { gatewayRoutes } from '@mosaic/contracts/http'
import { type Clock, newId, ok } from '@mosaic/contracts/kernel'
import { type ConsoleLayout, operatorLayoutStream } from '@mosaic/contracts/operator'
import type { EventStore } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { operatorOf } from '../sign-in/authenticate.ts'

const noLayout: ConsoleLayout = { panels: [], columns: null }

/** An operator's panels: the newest event of their `operatorLayoutStream` is the layout. */
export function addLayoutRoutes(app: FastifyInstance, dependencies: { eventStore: EventStore; clock: Clock }): void {
  const { eventStore, clock } = dependencies

  addRoute(app, gatewayRoutes.layout, async ({ request }) => {
    const { operatorId, workspaceId } = operatorOf(request)
    for await (const item of eventStore.readStream(operatorLayoutStream.of(operatorId), {
      direction: 'backwards',
      limit: 50,
    })) {
      if (item.kind !== 'event' || item.event.type !== 'OperatorLayoutSaved') continue
      if (item.event.metadata.workspaceId === workspaceId) return ok(item.event.data.layout)
    }
    return ok(noLayout)
  })

  addRoute(app, gatewayRoutes.saveLayout, async ({ body, request }) => {
    const { operatorId, name, workspaceId } = operatorOf(request)
    const saved = await eventStore.append(
      operatorLayoutStream.of(operatorId),
      [{ type: 'OperatorLayoutSaved', data: { operatorId, layout: body } }],
      {
        // The last one to save wins: a layout is one person's, at one screen at a time.
        expectedRevision: 'any',
        context: {
          commandId: newId(),
          workspaceId,
          actor: { kind: 'operator', id: operatorId, name },
          occurredAt: clock.now(),
        },
      },
    )
    return saved.ok ? ok(body) : saved
  })
}
