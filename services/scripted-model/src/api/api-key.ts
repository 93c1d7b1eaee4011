import { isBearer } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { ApiError } from './errors.ts'

/** Every request must bring the key, in one of the ways in which clients of the APIs do. */
export function requireKey(app: FastifyInstance, key: string): void {
  app.addHook('onRequest', async ({ headers }) => {
    const named = headers['x-api-key'] ?? headers['x-goog-api-key']
    const given = named === undefined ? headers.authorization : `Bearer ${named}`
    if (!isBearer(given, key)) throw new ApiError(401, { message: 'invalid x-api-key' })
  })
}
