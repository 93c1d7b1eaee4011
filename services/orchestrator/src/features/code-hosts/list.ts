import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { viewOf } from './view.ts'

export function codeHostsRoute(app: FastifyInstance, { codeHosts }: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.codeHosts, async () => ok({ items: codeHosts.all().map(viewOf) }))
}
