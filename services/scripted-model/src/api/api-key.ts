import { isBearer } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { ApiError } from './errors.ts'

/** Every request must bring the key, in either of the two ways in which clients of the API do. */
export function requireKey(app: FastifyInstance, key: string): void {
  app.addHook('onRequest', async ({ headers }) => {
    const given = headers['x-api-key'] === undefined ? headers.authorization : `Bearer ${headers['x-api-key']}`
    if (!isBearer(given, key)) throw new ApiError(401, { message: 'invalid x-api-key' })
  })
}
