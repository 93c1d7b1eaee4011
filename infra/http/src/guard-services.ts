import type { FastifyInstance } from 'fastify'
import { isBearer } from './bearer.ts'
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
