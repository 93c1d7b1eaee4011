import { projectorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { type EventStore, StoreUnavailableError } from '@mosaic/event-store'
import { addRoute, createServiceApp, type HealthReport } from '@mosaic/http'
import type { Messaging } from '@mosaic/messaging'
import { isTransient, type Projection } from '@mosaic/postgres'
import type { Logger } from '@mosaic/runtime'
import { metrics, sample } from '@mosaic/telemetry'
import { type Built, type Projector, startProjector } from './projector.ts'

type Dependencies = {
  postgresUrl: string
  store: EventStore
  messaging: Messaging
  projections: readonly Projection[]
  logger: Logger
  version: string
  /** The address that it will listen on. */
  host: string
  serviceToken: string
}

/** The projections at work, with their health, lag, rebuilds and proofs over HTTP. */
export function createApp({ logger, version, host, serviceToken, ...dependencies }: Dependencies) {
  const projector = startProjector({ ...dependencies, logger })
  measure(projector)
  const http = createServiceApp({
    logger,
    name: 'projector',
    version,
    host,
    serviceToken,
    health: () => healthOf(projector),
    rejectionOfFault(fault) {
      if (fault instanceof StoreUnavailableError) {
        return { code: 'STORE_UNAVAILABLE', message: 'the event store does not answer' }
      }
      return isTransient(fault)
        ? { code: 'READ_MODEL_UNAVAILABLE', message: 'the read models cannot be asked' }
        : undefined
    },
  })
  addRoute(http, projectorRoutes.projections, async ({ query }) =>
    ok({ items: await projector.views(query.workspaceId) }),
  )
  addRoute(http, projectorRoutes.rebuild, async ({ params, query }) =>
    answerOf(params.name, await projector.rebuild(params.name, query)),
  )
  addRoute(http, projectorRoutes.cancel, async ({ params }) => {
    const cancelled = projector.cancel(params.name)
    return cancelled === undefined ? notFound(params.name) : ok({ cancelled })
  })
  addRoute(http, projectorRoutes.verify, async ({ params }) =>
    answerOf(params.name, await projector.verify(params.name)),
  )
  return {
    http,
    projector,
    async close() {
      await projector.close()
      await http.close()
    },
  }
}

/** Looked up in Postgres and the log when somebody asks. */
function measure(projector: Projector): void {
  sample(metrics.projectionBacklog, async (shown) => {
    for (const { name: projection, lag, parkedEvents } of await projector.views()) {
      shown.set({ projection, kind: 'lag' }, lag ?? NaN)
      shown.set({ projection, kind: 'parked' }, parkedEvents)
    }
  })
}

function answerOf<Answer extends object>(name: string, answer: Built<Answer>) {
  if (answer === undefined) return notFound(name)
  return typeof answer === 'string'
    ? err({ ...refusals[answer], message: `${name} ${refusals[answer].message}` })
    : ok(answer)
}

const refusals = {
  busy: { code: 'CONCURRENT_UPDATE', message: 'is being built, or another process writes it' },
  cancelled: { code: 'REBUILD_CANCELLED', message: 'is as it was: the build was cancelled' },
  'whole-only': { code: 'VALIDATION_FAILED', message: 'is only ever added to: rebuild it whole', field: 'workspaceId' },
} as const

const notFound = (name: string) =>
  err({ code: 'PROJECTION_NOT_FOUND', message: `there is no projection ${name}`, field: 'name' } as const)

async function healthOf(projector: Projector): Promise<HealthReport> {
  const problems = projector.problems()
  try {
    const views = await projector.views()
    const lags = views.map((view) => view.lag)
    const parked = views.filter((view) => view.parkedEvents > 0).map((view) => `${view.name}: events parked`)
    const detail = [...problems, ...parked, ...(projector.leading() ? [] : ['standing by'])].join('; ')
    return {
      status: problems.length + parked.length > 0 ? 'degraded' : 'healthy',
      lag: lags.includes(null) ? null : Math.max(...(lags as number[])),
      ...(detail && { detail }),
    }
  } catch {
    return { status: 'degraded', lag: null, detail: ['Postgres does not answer', ...problems].join('; ') }
  }
}
