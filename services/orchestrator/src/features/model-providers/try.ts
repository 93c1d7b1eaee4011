import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { tryModel } from '../../runtimes/index.ts'
import type { FeatureDeps } from '../deps.ts'

/** One small call to a provider's model: nothing is recorded of it. */
export function testModelProviderRoute(
  app: FastifyInstance,
  { modelProviders, models, modelTable }: FeatureDeps,
): void {
  addRoute(app, orchestratorRoutes.testModelProvider, async ({ params: { name }, body }) => {
    const provider = modelProviders.find(name)
    if (!provider) {
      const message = `there is no model provider ${name}; "mosaic model add ${name}" adds it`
      return err({ code: 'MODEL_PROVIDER_NOT_FOUND', message, field: 'name' })
    }
    return tryModel(provider, { model: body.model ?? models.defaultModelOf(provider), table: modelTable })
  })
}
