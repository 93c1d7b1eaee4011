import { auditRoutes } from './audit.ts'
import { eventRoutes } from './events.ts'
import { fleetRoutes } from './fleet.ts'
import { layoutRoutes } from './layout.ts'
import { modelRoutes } from './models.ts'
import { projectionRoutes } from './projections.ts'
import { repositoryRoutes } from './repositories.ts'
import { sessionRoutes } from './sessions.ts'
import { signInRoutes } from './sign-in.ts'
import { statusRoutes } from './status.ts'

/** The gateway's routes (port 3000): everything that console and CLI do, one file per noun. */
export const gatewayRoutes = {
  ...statusRoutes,
  ...signInRoutes,
  ...sessionRoutes,
  ...fleetRoutes,
  ...repositoryRoutes,
  ...auditRoutes,
  ...layoutRoutes,
  ...eventRoutes,
  ...projectionRoutes,
  ...modelRoutes,
} as const
