import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { viewOf } from './view.ts'

export function modelProvidersRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.modelProviders, async () =>
    ok({ items: deps.modelProviders.all().map((provider) => viewOf(deps, provider)) }),
  )
}
