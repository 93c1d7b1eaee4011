import { problem, type RejectionCode, type Route } from '@mosaic/contracts/http'
import type { Rejection, Result } from '@mosaic/contracts/kernel'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { z } from 'zod'
import { sendProblem } from './faults.ts'
import { asPartOf } from './observe.ts'
import { problemOf, problemType } from './problems.ts'

type Parsed<R extends Route, Part extends 'params' | 'query' | 'body'> = R[Part] extends z.ZodType
  ? z.output<R[Part]>
  : undefined

/** A request whose parts the route's schemas have parsed; a part that the route does not name is `undefined`. */
export type RouteRequest<R extends Route> = {
  readonly params: Parsed<R, 'params'>
  readonly query: Parsed<R, 'query'>
  readonly body: Parsed<R, 'body'>
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** Returned by a handler that has taken over the connection itself (`reply.hijack()`), as live streams do. */
export const answered: unique symbol = Symbol('answered')

export type RouteAnswer<R extends Route> = Result<z.output<R['answer']>, Rejection<RejectionCode>> | typeof answered
export type RouteHandler<R extends Route> = (request: RouteRequest<R>) => Promise<RouteAnswer<R>>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route, for the one place in a service that decides on it. */
    role?: Route['role']
    forWorkers?: true
  }
}

/** Fastify options that a single route may set besides: hooks, rate limits, a body limit, OpenAPI tags. */
export type RouteExtras = Pick<RouteOptions, 'onRequest' | 'preHandler' | 'config' | 'bodyLimit'> & {
  readonly schema?: Readonly<Record<string, unknown>>
}

const refusal = { description: 'Refused', content: { [problemType]: { schema: problem } } }

/** A parameter that a route does not know is refused: a misspelt filter would show everything. */
const strict = (query: Route['query'] = z.object({})): z.ZodType =>
  query instanceof z.ZodObject ? query.strict() : query

/**
 * Serves a route of the contracts. Parameters, query and body are parsed before the handler runs; its value is answered
 * with the route's status (200 where it names none), its rejection as problem+json.
 */
export function addRoute<const R extends Route>(
  app: FastifyInstance,
  route: R,
  handler: RouteHandler<R>,
  { schema, ...extras }: RouteExtras = {},
): void {
  const status = route.status ?? 200
  app.route({
    ...extras,
    method: route.method,
    url: route.path,
    config: { ...extras.config, role: route.role, ...(route.forWorkers && { forWorkers: true }) },
    schema: {
      summary: route.summary,
      ...(route.params && { params: route.params }),
      querystring: strict(route.query),
      ...(route.body && { body: route.body }),
      response: { [status]: route.answer, default: refusal },
      ...schema,
    },
    handler: async (request, reply) => {
      const asked = {
        params: (route.params && request.params) as Parsed<R, 'params'>,
        query: (route.query && request.query) as Parsed<R, 'query'>,
        body: (route.body && request.body) as Parsed<R, 'body'>,
        request,
        reply,
      }
      const answer = await asPartOf(request, () => handler(asked))
      if (answer === answered) return reply
      if (!answer.ok) return sendProblem(reply, problemOf(answer.error))
      // The handler may have chosen another status (an unhealthy health answers 503).
      if (reply.statusCode === 200) reply.code(status)
      return status === 204 ? reply.send() : reply.send(answer.value)
    },
  })
}
