import { RejectedError } from '@mosaic/http'
import type { FastifyError, FastifyInstance } from 'fastify'
import type { Dialect } from '../dialects/dialect.ts'
import { ApiError } from './errors.ts'

/** Every error of an app's routes leaves it as the dialect's error body. */
export function answerErrors(app: FastifyInstance, { error: worded }: Pick<Dialect, 'error'>): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const answer = asApiError(error)
    if (answer.status === 500 && !(error instanceof ApiError)) request.log.error({ err: error }, 'request failed')
    if (answer.retryAfter !== undefined) reply.header('retry-after', String(answer.retryAfter))
    const { status, body } = worded(answer, request.id)
    return reply.code(status).send(body)
  })
}

function asApiError(error: FastifyError): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof RejectedError) return new ApiError(403, { message: error.message })
  const status = error.statusCode ?? 500
  return status < 500 ? new ApiError(status, { message: error.message }) : new ApiError(500)
}
