import type { Problem, RejectionCode } from '@mosaic/contracts/http'
import type { Rejection } from '@mosaic/contracts/kernel'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { problemOf, problemOfIssues, problemType } from './problems.ts'

/** A refusal raised where no Result can be returned (hooks, plugins). Answered as the problem that it carries. */
export class RejectedError extends Error {
  override readonly name = 'RejectedError'
  readonly rejection: Rejection<RejectionCode>

  constructor(rejection: Rejection<RejectionCode>) {
    super(rejection.message)
    this.rejection = rejection
  }
}

/** Tells which faults are known refusals (an unreachable store, say). Answers `undefined` for all others. */
export type RejectionOfFault = (fault: unknown) => Rejection<RejectionCode> | undefined

/** Sends a problem with its status and media type; where waiting helps, with for how many seconds (RFC 9110 §10.2.3). */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 429 || problem.status === 503) {
    reply.header('retry-after', String(problem.details?.['retryAfterSeconds'] ?? 1))
  }
  return reply.code(problem.status).type(problemType).send(problem)
}

/** Every error and unknown path answers problem+json; what is not understood is logged and answered without detail. */
export function answerFaults(app: FastifyInstance, rejectionOfFault: RejectionOfFault): void {
  app.setNotFoundHandler((request, reply) => {
    const message = `${request.method} ${request.url.split('?')[0]} is not a route`
    return sendProblem(reply, problemOf({ code: 'ROUTE_NOT_FOUND', message }))
  })
  app.setErrorHandler((error: unknown, request, reply) => {
    const problem = problemOfFault(error, rejectionOfFault) ?? unexpected(error, request)
    return sendProblem(reply, problem)
  })
}

function unexpected(error: unknown, request: FastifyRequest): Problem {
  const about = { method: request.method, path: request.routeOptions.url, params: request.params }
  request.log.error({ err: error, ...about }, 'request failed')
  const message = 'something went wrong inside; the log has the details under this request id'
  return problemOf({ code: 'INTERNAL', message, details: { requestId: request.id } })
}

function problemOfFault(error: unknown, rejectionOfFault: RejectionOfFault): Problem | undefined {
  if (error instanceof RejectedError) return problemOf(error.rejection)
  // Only what Fastify's validation found: a ZodError out of a handler is a fault of ours.
  if (error instanceof z.core.$ZodError && 'validationContext' in error) return problemOfIssues(error.issues)
  const rejection = rejectionOfFault(error) ?? rejectionOfFramework(error)
  return rejection && problemOf(rejection)
}

/** Fastify's own errors (https://fastify.dev/docs/latest/Reference/Errors/) and those of its plugins, by code and status. */
function rejectionOfFramework(error: unknown): Rejection<RejectionCode> | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, statusCode = 500 } = error as Error & { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { code: 'BODY_TOO_LARGE', message: 'the request body is too large' }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'the request body must be application/json' }
  if (code === 'FST_UNDER_PRESSURE') return { code: 'OVERLOADED', message: 'too much is going on; try again' }
  if (statusCode === 404) return { code: 'ROUTE_NOT_FOUND', message: 'there is nothing here' }
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError)
    return { code: 'VALIDATION_FAILED', message: 'the request body is not valid JSON' }
  if (statusCode >= 400 && statusCode < 500)
    return { code: 'VALIDATION_FAILED', message: 'the request could not be understood' }
  return undefined
}
