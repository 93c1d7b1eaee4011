import { gatewayRoutes } from './gateway/index.ts'
import { route } from './route.ts'
import { health } from './shapes.ts'

const { projections, rebuildProjection, verifyProjection } = gatewayRoutes

/** The projector's own routes (port 3004); the gateway passes the projection routes on to them. */
export const projectorRoutes = {
  health: route({ method: 'GET', path: '/health', role: 'public', summary: 'Health', answer: health }),
  projections: route({ ...projections, path: '/projections', role: 'service' }),
  rebuild: route({ ...rebuildProjection, path: '/projections/:name/rebuild', role: 'service' }),
  verify: route({ ...verifyProjection, path: '/projections/:name/verify', role: 'service' }),
} as const
