import type { FastifyInstance, FastifyRequest } from 'fastify'
import { bearerOf, isBearer } from './bearer.ts'
import { RejectedError } from './faults.ts'

export type ServiceGuard = {
  readonly token: string
  /** Whether this is the credential of a worker that has joined; nobody's where it is not given. */
  readonly isWorker?: ((credential: string) => Promise<boolean>) | undefined
}

/**
 * For what other services of Mosaic call, never web pages: what has an Origin is refused with FORBIDDEN, and every
 * route, `/health` too, wants the instance's token as a bearer and answers UNAUTHENTICATED without. Routes that are for
 * workers take a worker's credential as well.
 */
export function guardServices(app: FastifyInstance, guard: ServiceGuard): void {
  app.addHook('onRequest', async (request) => {
    const { origin, authorization } = request.headers
    if (origin !== undefined) {
      throw new RejectedError({ code: 'FORBIDDEN', message: 'requests of web pages are not accepted' })
    }
    if (!isBearer(authorization, guard.token) && !(await isForWorker(request, guard))) {
      throw new RejectedError({ code: 'UNAUTHENTICATED', message: 'the service token is missing or wrong' })
    }
  })
}

async function isForWorker({ headers, routeOptions }: FastifyRequest, { isWorker }: ServiceGuard): Promise<boolean> {
  const credential = bearerOf(headers.authorization)
  if (!isWorker || credential === undefined || !routeOptions.config.forWorkers) return false
  return isWorker(credential)
}
