import { gatewayRoutes, projectorRoutes } from '@mosaic/contracts/http'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { operatorOf } from '../sign-in/authenticate.ts'
import type { Upstream } from '@mosaic/http'

/** Building a read model anew takes as long as the log is long. */
const rebuildTimeoutMs = 10 * 60_000

/** Read models are looked after by the projector. */
export function addProjectionRoutes(app: FastifyInstance, projector: Upstream): void {
  addRoute(app, gatewayRoutes.projections, ({ request }) => {
    const { workspaceId } = operatorOf(request)
    return projector.call(projectorRoutes.projections, { query: { workspaceId } })
  })
  addRoute(app, gatewayRoutes.rebuildProjection, ({ params, query }) =>
    projector.call(projectorRoutes.rebuild, { params, query, timeoutMs: rebuildTimeoutMs }),
  )
  addRoute(app, gatewayRoutes.cancelRebuild, ({ params }) => projector.call(projectorRoutes.cancel, { params }))
  addRoute(app, gatewayRoutes.verifyProjection, ({ params }) =>
    projector.call(projectorRoutes.verify, { params, timeoutMs: rebuildTimeoutMs }),
  )
}
