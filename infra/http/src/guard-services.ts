import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { RejectedError } from './faults.ts'

/**
 * For a service that other services of Mosaic call, never web pages: what has an Origin is refused with FORBIDDEN. With a
 * token, every route whose role is not `public` wants it as a bearer and answers UNAUTHENTICATED without.
 */
export function guardServices(app: FastifyInstance, { token }: { readonly token?: string | undefined }): void {
  app.addHook('onRequest', async ({ headers, routeOptions }) => {
    if (headers.origin !== undefined) {
      throw new RejectedError({ code: 'FORBIDDEN', message: 'requests of web pages are not accepted' })
    }
    if (token === undefined || routeOptions.config.role === 'public') return
    if (!isBearer(headers.authorization, token)) {
      throw new RejectedError({ code: 'UNAUTHENTICATED', message: 'the service token is missing or wrong' })
    }
  })
}

function isBearer(authorization: string | undefined, token: string): boolean {
  const given = Buffer.from(authorization ?? '')
  const expected = Buffer.from(`Bearer ${token}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
