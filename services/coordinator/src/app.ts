import type { RejectionCode } from '@mosaic/contracts/http'
import type { Rejection } from '@mosaic/contracts/kernel'
import { StoreUnavailableError } from '@mosaic/event-store'
import { createServiceApp, type HealthReport } from '@mosaic/http'
import { describeService } from '@mosaic/http/openapi'
import type { Messaging } from '@mosaic/messaging'
import type { Follower } from '@mosaic/reactions'
import type { Logger } from '@mosaic/runtime'
import type { FastifyInstance } from 'fastify'
import { budgetRoutes } from './budgets/routes.ts'
import type { FeatureDeps } from './deps.ts'
import { removeLandingRoute } from './merge-queue/remove.ts'
import { requestLandingRoute } from './merge-queue/request.ts'
import { missionRoutes } from './missions/routes.ts'
import { requestPullRequestRoute } from './pull-requests/request.ts'
import type { Checks } from './quality/checks.ts'
import { checkRoute } from './quality/route.ts'
import { queueRoutes } from './queue/routes.ts'
import { addTaskRoute } from './tasks/add.ts'
import { steerTaskRoutes } from './tasks/steer.ts'
import { workerRoutes } from './workers/routes.ts'

export type AppDeps = FeatureDeps & {
  readonly messaging: Messaging
  readonly following: () => Follower['state']
  readonly logger: Logger
  /** The address that it will listen on. */
  readonly host: string
  readonly serviceToken: string
  readonly isWorker: (credential: string) => Promise<boolean>
  readonly checks: Checks
}

/** The coordinator's HTTP side: for the other services of an instance. */
export async function createApp(deps: AppDeps): Promise<FastifyInstance> {
  const { logger, host, serviceToken, isWorker } = deps
  const { version } = deps.program
  const app = createServiceApp({
    logger,
    version,
    host,
    serviceToken,
    isWorker,
    name: 'coordinator',
    health: () => healthOf(deps),
    rejectionOfFault,
  })
  await describeService(app, { name: 'coordinator', version, description: 'Decides about work.' })
  addTaskRoute(app, deps)
  steerTaskRoutes(app, deps)
  missionRoutes(app, deps)
  queueRoutes(app, deps)
  budgetRoutes(app, deps)
  requestLandingRoute(app, deps)
  removeLandingRoute(app, deps)
  requestPullRequestRoute(app, deps)
  workerRoutes(app, deps)
  checkRoute(app, deps.checks)
  return app
}

const rejectionOfFault = (fault: unknown): Rejection<RejectionCode> | undefined =>
  fault instanceof StoreUnavailableError
    ? { code: 'STORE_UNAVAILABLE', message: 'the event store does not answer; nothing is lost, try again' }
    : undefined

async function healthOf({ store, messaging, following }: AppDeps): Promise<HealthReport> {
  if (following() === 'failed') return { status: 'unhealthy', detail: 'the log can not be followed any more; ending' }
  try {
    await store.ping(1000)
  } catch {
    return { status: 'unhealthy', detail: 'the event store does not answer; what it is asked has to wait' }
  }
  if (!messaging.connected()) return { status: 'degraded', detail: 'NATS is away: no task reaches a worker' }
  if (following() === 'catching up') return { status: 'degraded', detail: 'still reading the log' }
  return { status: 'healthy' }
}
