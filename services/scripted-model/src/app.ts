import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { LogController, fastify } from 'fastify'
import { guardLoopback } from '@mosaic/http'
import { requireKey } from './api/api-key.ts'
import { answerErrors } from './api/answer-errors.ts'
import { ApiError } from './api/errors.ts'
import { anthropic } from './dialects/anthropic.ts'
import { dialects } from './dialects/index.ts'
import { digest } from './scenario/compose.ts'
import { FailureCounter } from './api/failures.ts'
import { countTokensRoute } from './routes/count-tokens.ts'
import { healthRoute } from './routes/health.ts'
import { answerRoute } from './routes/answer.ts'
import { modelsRoutes } from './routes/models.ts'

export interface AppDependencies {
  /** Everything is this many times as fast as the scenario says. */
  speed: number
  version: string
  /** The address that the server will listen on. */
  host: string
  /** The key that requests must bring, as `x-api-key` or bearer; none is asked for when not given. */
  apiKey?: string | undefined
  logger?: FastifyBaseLogger | undefined
}

/** The largest request that the Messages API takes. */
const bodyLimit = 32 * 1024 * 1024

/** The APIs of models, played from scenario files. The caller listens and closes. */
export function createApp({ speed, version, host, apiKey, logger }: AppDependencies): FastifyInstance {
  const running = new Set<AbortController>()
  let requests = 0
  const app = fastify({
    ...(logger ? { loggerInstance: logger } : {}),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    // A model's id may be a path.
    routerOptions: { maxParamLength: 8192 },
    genReqId: () => `req_${digest(`${process.pid}/${performance.timeOrigin}/${(requests += 1)}`)}`,
    forceCloseConnections: true,
  })
  guardLoopback(app, { boundTo: host })
  answerErrors(app, anthropic)
  app.setNotFoundHandler(async () => {
    throw new ApiError(404, { message: 'Not found' })
  })
  if (apiKey !== undefined) requireKey(app, apiKey)
  app.addHook('onRequest', async (request, reply) => void reply.header('request-id', request.id))
  // Closing must not wait for answers that would take minutes at their pace.
  app.addHook('preClose', async () => running.forEach((controller) => controller.abort()))
  app.register(healthRoute({ version, running }))
  const failures = new FailureCounter()
  for (const dialect of dialects) app.register(answerRoute(dialect, { speed, running, failures }))
  app.register(countTokensRoute())
  app.register(modelsRoutes())
  return app
}
