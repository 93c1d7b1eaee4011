import helmet from '@fastify/helmet'
import underPressure from '@fastify/under-pressure'
import { guardLoopback, RejectedError } from '@mosaic/http'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** What protects browsers and this process, whoever asks. */
export async function secure(
  app: FastifyInstance,
  { host, busyAfterMs = 1000 }: { host: string; busyAfterMs?: number | undefined },
): Promise<void> {
  guardLoopback(app, { boundTo: host })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // The console's components place themselves with style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // The local tier speaks plain HTTP on loopback; TLS and HSTS are a reverse proxy's.
    strictTransportSecurity: false,
    frameguard: { action: 'deny' },
  })
  await app.register(underPressure, {
    maxEventLoopDelay: busyAfterMs,
    // Commands get through however busy it is: a kill must not be refused because many people watch.
    pressureHandler: async (request) => {
      if (request.method !== 'GET' || !isApi(request)) return
      throw new RejectedError({ code: 'OVERLOADED', message: 'the gateway is too busy; try again' })
    },
  })
  app.addHook('onRequest', async (request, reply) => {
    if (isApi(request)) reply.header('cache-control', 'no-store')
  })
  // Postgres cannot hold this character, and nothing that anybody looks for has it.
  app.addHook('preHandler', async (request) => {
    const bad = Object.entries(request.query as Record<string, unknown>).find(
      ([, value]) => typeof value === 'string' && value.includes('\0'),
    )
    if (!bad) return
    const message = `${bad[0]}: expected no NUL character`
    throw new RejectedError({ code: 'VALIDATION_FAILED', message, field: bad[0] })
  })
}

/** By the route that was found: an address may be written in many ways. */
const isApi = ({ routeOptions }: FastifyRequest) => routeOptions.url?.startsWith('/api/') === true
