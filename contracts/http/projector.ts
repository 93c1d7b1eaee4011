import { z } from 'zod'
import { workspaceId } from '../kernel/index.ts'
import { gatewayRoutes } from './gateway/index.ts'
import { route } from './route.ts'
import { health } from './shapes.ts'

const { projections, rebuildProjection, cancelRebuild, verifyProjection } = gatewayRoutes

/** The projector's own routes (port 3004); the gateway passes the projection routes on to them. */
export const projectorRoutes = {
  health: route({ method: 'GET', path: '/health', role: 'public', summary: 'Health', answer: health }),
  projections: route({
    ...projections,
    path: '/projections',
    role: 'service',
    /** Whose parked events are told of; of all workspaces when it is left out. */
    query: z.object({ workspaceId: workspaceId.optional() }),
  }),
  rebuild: route({ ...rebuildProjection, path: '/projections/:name/rebuild', role: 'service' }),
  cancel: route({ ...cancelRebuild, path: '/projections/:name/rebuild', role: 'service' }),
  verify: route({ ...verifyProjection, path: '/projections/:name/verify', role: 'service' }),
} as const
