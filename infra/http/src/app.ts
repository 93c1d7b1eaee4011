import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type Health, health as healthSchema, route } from '@mosaic/contracts/http'
import { newId, ok, systemClock } from '@mosaic/contracts/kernel'
import {
  fastify,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { z } from 'zod'
import { addMetrics } from './add-metrics.ts'
import { addRoute } from './add-route.ts'
import { answerFaults, type RejectionOfFault, sendProblem } from './faults.ts'
import { observe } from './observe.ts'
import { problemOf, problemType } from './problems.ts'

/** What a component knows about its own health; uptime, time and version are added. */
export type HealthReport = Pick<Health, 'status' | 'lag' | 'detail' | 'workshop'>

export type HttpAppOptions = {
  readonly logger: FastifyBaseLogger
  /** The component's name and version, as `/health` and logs show them. */
  readonly name: string
  readonly version: string
  readonly health: () => Promise<HealthReport> | HealthReport
  /** Who is told lag and detail besides the status; everybody when not given. */
  readonly maySeeHealth?: (request: FastifyRequest) => boolean
  /** Turns faults that are known (an unreachable engine) into refusals; others answer 500 without detail. */
  readonly rejectionOfFault?: RejectionOfFault
  /** Bytes; larger bodies are refused with BODY_TOO_LARGE. Room for 64 kB of text with every character escaped. */
  readonly bodyLimit?: number
  /** How long a request may take to arrive, body included, in milliseconds. */
  readonly arrivalMs?: number
}

const defaultBodyLimit = 1024 * 1024
const closeGraceMs = 2000
const defaultArrivalMs = 20_000
const headersMs = 10_000

/**
 * A Fastify app as every service has it: inputs parsed by zod, refusals as problem+json (RFC 9457), `GET /health`
 * (200 healthy or degraded, 503 unhealthy), `GET /metrics` (Prometheus), JSON bodies only. Add routes with `addRoute`.
 */
export function createHttpApp(options: HttpAppOptions): FastifyInstance {
  const arrivalMs = options.arrivalMs ?? defaultArrivalMs
  const app: FastifyInstance = fastify({
    // Who sends a byte now and then must not hold a connection for ever; answers and streams may take their time.
    requestTimeout: arrivalMs,
    http: { headersTimeout: Math.min(headersMs, arrivalMs), connectionsCheckingInterval: Math.min(1000, arrivalMs) },
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit ?? defaultBodyLimit,
    exposeHeadRoutes: false,
    genReqId: () => newId(),
    frameworkErrors: (_error, _request, reply) => {
      const problem = problemOf({ code: 'VALIDATION_FAILED', message: 'the address could not be understood' })
      // Typed for any schema compiler here, which `sendProblem` has no use for.
      sendProblem(reply as unknown as FastifyReply, problem)
    },
    clientErrorHandler: refuseUnreadable,
  })
  app.setValidatorCompiler<z.ZodType>(({ schema }) => (input) => {
    const parsed = schema.safeParse(input)
    return parsed.success ? { value: parsed.data } : { error: parsed.error }
  })
  // Answers are typed by their schema where they are made; parsing them again would cost more than the query.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
  acceptJson(app)
  answerFaults(app, options.rejectionOfFault ?? (() => undefined))
  app.addHook('onResponse', (request, reply, done) => {
    const { method, params, routeOptions } = request
    const answer = { status: reply.statusCode, ms: reply.elapsedTime }
    request.log.debug({ method, path: routeOptions.url, params, ...answer }, 'request')
    done()
  })
  closeInTime(app)
  observe(app)
  addHealth(app, options)
  addMetrics(app, options.name)
  return app
}

/**
 * Requests under way get some time to be answered when the app closes. Then connections are cut: one that was opened
 * ahead and never used (browsers do that) counts as busy to Node and would hold the stop up until it times out.
 */
function closeInTime(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), closeGraceMs).unref()
  })
}

/** An empty body counts as none at all, whatever the content type says: many clients send both. */
function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, body as string, done)
  })
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.routeOptions.schema?.body && request.body == null && hasNoBody(request.headers)) request.body = {}
    done()
  })
}

const hasNoBody = (headers: Record<string, unknown>): boolean =>
  headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0'

/** What Node's HTTP parser could not read never reaches Fastify; it is answered on the bare socket. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = problemOf(
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? { code: 'REQUEST_TOO_SLOW', message: 'the request did not arrive in time' }
      : { code: 'VALIDATION_FAILED', message: 'the request could not be read' },
  )
  const body = JSON.stringify(problem)
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\ncontent-type: ${problemType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

function addHealth(app: FastifyInstance, { name, version, health, maySeeHealth }: HttpAppOptions): void {
  const startedAt = performance.now()
  const definition = route({
    method: 'GET',
    path: '/health',
    role: 'public',
    summary: `Health of ${name}`,
    answer: healthSchema,
  })
  addRoute(app, definition, async ({ request, reply }) => {
    const whole = await health()
    const report = maySeeHealth?.(request) === false ? { status: whole.status } : whole
    if (report.status === 'unhealthy') reply.code(503)
    const uptime = Math.round(performance.now() - startedAt) / 1000
    return ok({ ...report, uptime, timestamp: systemClock.now().toISOString(), version })
  })
}
