import { isBearer, scriptedModelKey } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { ApiError } from './errors.ts'

/** Every request must bring the key, or the one that workers which have joined are given instead, in one of the ways in which clients of the APIs do. */
export function requireKey(app: FastifyInstance, key: string): void {
  const workersKey = scriptedModelKey(key)
  app.addHook('onRequest', async ({ headers }) => {
    const named = headers['x-api-key'] ?? headers['x-goog-api-key']
    const given = named === undefined ? headers.authorization : `Bearer ${named}`
    if (!isBearer(given, key) && !isBearer(given, workersKey)) throw new ApiError(401, { message: 'invalid x-api-key' })
  })
}
