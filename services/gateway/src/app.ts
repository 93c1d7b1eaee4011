import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import type { Clock, Rejection } from '@mosaic/contracts/kernel'
import type { OperatorView } from '@mosaic/contracts/operator'
import type { RejectionCode } from '@mosaic/contracts/http'
import { type EventStore, StoreUnavailableError } from '@mosaic/event-store'
import { createHttpApp, isBearer } from '@mosaic/http'
import type { Messaging } from '@mosaic/messaging'
import { type Postgres, type Progress, ReadModelUnavailableError } from '@mosaic/postgres'
import type { Logger } from '@mosaic/runtime'
import type { FastifyInstance } from 'fastify'
import { addAgentPresetRoutes } from './agent-presets/routes.ts'
import { addAgentProviderRoutes } from './agent-providers/routes.ts'
import { addCodeHostRoutes } from './code-hosts/routes.ts'
import { addCoordinatedRoutes } from './commands/coordinated.ts'
import { addWorkerRoutes } from './commands/workers.ts'
import { addCommandRoutes } from './commands/routes.ts'
import { addConsole } from './console/routes.ts'
import { addEventRoutes } from './events/routes.ts'
import { addModelCallRoutes } from './model-calls/routes.ts'
import { addLayoutRoutes } from './layout/routes.ts'
import type { Killers } from '@mosaic/http/killers'
import { createFeed } from './live/feed.ts'
import { addSocket } from './live/socket.ts'
import { addSseRoutes } from './live/sse-routes.ts'
import { addOpenApiRoutes, describeGateway } from './openapi.ts'
import { addParkedRoutes } from './projections/parked-routes.ts'
import { addProjectionRoutes } from './projections/routes.ts'
import { addModelRoutes } from './models/routes.ts'
import { createOrchestratedProvider } from './providers/orchestrated.ts'
import { addBudgetRoutes } from './queries/budget-routes.ts'
import { addQueryRoutes } from './queries/routes.ts'
import { addAttemptRoutes } from './queries/attempts/routes.ts'
import { addTaskRoutes } from './queries/task-routes.ts'
import { secure } from './security.ts'
import { addTerminalRoutes } from './terminals/routes.ts'
import { openApiToken } from './sign-in/api-token.ts'
import { authenticate, sessionCookieOf, watchSignIns } from './sign-in/authenticate.ts'
import { countFailedAttempts } from './sign-in/failed-attempts.ts'
import { createLinkTokens } from './sign-in/link-tokens.ts'
import { addSignInRoutes } from './sign-in/routes.ts'
import { openSessions } from './sign-in/sessions.ts'
import { addStatusRoute, createStatusCheck, healthReport } from './status/routes.ts'
import type { Upstream } from '@mosaic/http'

export type GatewayDependencies = {
  readonly logger: Logger
  readonly version: string
  readonly instanceId: string
  readonly clock: Clock
  /** The address that it will listen on. */
  readonly host: string
  /** An event loop that is late by so much refuses queries, not commands. */
  readonly busyAfterMs?: number
  readonly dataFolder: string
  readonly consoleFolder: string
  /** Who signs in with a link or the data folder's token. */
  readonly operator: OperatorView
  readonly publicUrl?: string | undefined
  /** What the services of this instance show each other. */
  readonly serviceToken: string
  readonly eventStore: EventStore
  readonly messaging: Messaging
  readonly postgres: Postgres
  readonly progress: Progress
  readonly orchestrator: Upstream
  readonly killers: Killers
  readonly coordinator: Upstream
  readonly projector: Upstream
  /** Asked for its health alone. */
  readonly relay?: Upstream | undefined
  readonly scriptedModelUrl?: string | undefined
}

/** The gateway without its port. Closing it ends all live streams; the engines are the caller's to close. */
export async function createApp(dependencies: GatewayDependencies): Promise<FastifyInstance> {
  const { logger, version, clock, dataFolder, operator, eventStore, messaging, orchestrator, projector } = dependencies
  const { serviceToken } = dependencies
  const feed = createFeed(eventStore, messaging, logger)
  const status = createStatusCheck({ ...dependencies, feed })
  const app = createHttpApp({
    logger,
    name: 'gateway',
    version,
    health: () => healthReport(status),
    // Anybody may ask whether it lives; how its parts are is told to those who belong to it.
    maySeeHealth: (request) => request.signIn !== null || isBearer(request.headers.authorization, serviceToken),
    rejectionOfFault,
  })
  const credentials = {
    tokens: [
      { token: openApiToken(dataFolder, 'token'), operator },
      // For programs of the same person that are to look on and no more (`mosaic --readonly`).
      { token: openApiToken(dataFolder, 'observer-token'), operator: { ...operator, role: 'observer' } as const },
    ],
    sessions: openSessions(dataFolder, clock),
    sessionCookie: sessionCookieOf(dependencies.instanceId),
    failures: countFailedAttempts(clock),
    serviceToken,
    secure: dependencies.publicUrl?.startsWith('https:') ?? false,
  }
  const closing = new AbortController()
  app.addHook('preClose', async () => {
    closing.abort()
    feed.close()
  })

  await secure(app, dependencies)
  // Answers alone, and at a level that keeps up with the wire; live streams take their connection over and stay plain.
  await app.register(compress, { globalDecompression: false, encodings: ['br', 'gzip'], brotliOptions })
  await app.register(cookie)
  authenticate(app, credentials)
  await describeGateway(app, { version, sessionCookie: credentials.sessionCookie })
  const provider = createOrchestratedProvider({ ...dependencies, feed })
  const { terminals } = dependencies.messaging
  const live = { eventStore, feed, provider, terminals, closing: closing.signal, signIns: watchSignIns(credentials) }
  await addSocket(app, live)
  addSignInRoutes(app, { ...credentials, ...dependencies, links: createLinkTokens(clock) })
  addCommandRoutes(app, { orchestrator, killers: dependencies.killers, provider })
  addCoordinatedRoutes(app, dependencies.coordinator, dependencies)
  addWorkerRoutes(app, { orchestrator, coordinator: dependencies.coordinator })
  addModelRoutes(app, orchestrator)
  addAgentPresetRoutes(app, orchestrator)
  addCodeHostRoutes(app, orchestrator)
  addAgentProviderRoutes(app, orchestrator)
  addQueryRoutes(app, dependencies, provider)
  addTaskRoutes(app, dependencies)
  addAttemptRoutes(app, dependencies)
  addBudgetRoutes(app, dependencies)
  addTerminalRoutes(app, { terminals })
  addSseRoutes(app, live)
  addEventRoutes(app, eventStore)
  addModelCallRoutes(app, eventStore)
  addLayoutRoutes(app, { eventStore, clock })
  addProjectionRoutes(app, projector)
  addParkedRoutes(app, { projector, eventStore, clock })
  addStatusRoute(app, status)
  await addOpenApiRoutes(app)
  await addConsole(app, dependencies.consoleFolder)
  return app
}

const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

/** The engines' ways of not being there, as refusals. */
function rejectionOfFault(fault: unknown): Rejection<RejectionCode> | undefined {
  if (fault instanceof StoreUnavailableError)
    return { code: 'STORE_UNAVAILABLE', message: 'the event store does not answer; nothing was changed' }
  if (fault instanceof ReadModelUnavailableError)
    return { code: 'READ_MODEL_UNAVAILABLE', message: 'the read models cannot be asked right now' }
  return undefined
}
