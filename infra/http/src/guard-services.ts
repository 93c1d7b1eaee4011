import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { RejectedError } from './faults.ts'

/**
 * For what other services of Mosaic call, never web pages: what has an Origin is refused with FORBIDDEN, and every
 * route, `/health` too, wants the instance's token as a bearer and answers UNAUTHENTICATED without.
 */
export function guardServices(app: FastifyInstance, { token }: { readonly token: string }): void {
  app.addHook('onRequest', async ({ headers }) => {
    if (headers.origin !== undefined) {
      throw new RejectedError({ code: 'FORBIDDEN', message: 'requests of web pages are not accepted' })
    }
    if (!isBearer(headers.authorization, token)) {
      throw new RejectedError({ code: 'UNAUTHENTICATED', message: 'the service token is missing or wrong' })
    }
  })
}

/** Whether an `Authorization` header is this bearer token (RFC 6750 §2.1), in time that does not tell how much fits. */
export function isBearer(authorization: string | undefined, token: string): boolean {
  const given = Buffer.from(authorization ?? '')
  const expected = Buffer.from(`Bearer ${token}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
