import { RejectedError } from '@mosaic/http'
import type { FastifyError, FastifyInstance } from 'fastify'
import { ApiError, errorBody } from './errors.ts'

/** Every error of an app leaves it as the API's error body. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const answer = asApiError(error)
    if (answer.status === 500 && !(error instanceof ApiError)) request.log.error({ err: error }, 'request failed')
    if (answer.retryAfter !== undefined) reply.header('retry-after', String(answer.retryAfter))
    return reply.code(answer.status).send(errorBody(answer, request.id))
  })
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(errorBody(new ApiError(404, { message: 'Not found' }), request.id)),
  )
}

function asApiError(error: FastifyError): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof RejectedError) return new ApiError(403, { message: error.message })
  const status = error.statusCode ?? 500
  return status < 500 ? new ApiError(status, { message: error.message }) : new ApiError(500)
}
