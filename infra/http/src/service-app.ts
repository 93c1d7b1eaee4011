import type { FastifyInstance } from 'fastify'
import { createHttpApp, type HttpAppOptions } from './app.ts'
import { guardLoopback } from './guard-loopback.ts'
import { guardServices } from './guard-services.ts'

export type ServiceAppOptions = HttpAppOptions & {
  /** The address that it will listen on. */
  readonly host: string
  /** What every request must bring as a bearer. */
  readonly serviceToken: string
  /** Whether this is the credential of a worker, for the routes that are for workers too. */
  readonly isWorker?: (credential: string) => Promise<boolean>
}

/** An HTTP app for the other services of an instance and nobody else: no web page, no program without the token. */
export function createServiceApp({ host, serviceToken, isWorker, ...options }: ServiceAppOptions): FastifyInstance {
  const app = createHttpApp(options)
  guardLoopback(app, { boundTo: host })
  guardServices(app, { token: serviceToken, isWorker })
  return app
}
