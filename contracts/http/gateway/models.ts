import { z } from 'zod'
import { modelProvider } from '../../agent-session/index.ts'
import { addModelProvider, modelProviderTest, modelProviderView, testModelProvider } from '../../credential/index.ts'
import { route } from '../route.ts'

const byName = z.object({ name: modelProvider })

/** Who answers model calls. The same routes stand at the orchestrator, which has the keys. */
export const modelRoutes = {
  modelProviders: route({
    method: 'GET',
    path: '/api/models/providers',
    role: 'admin',
    summary: 'Model providers; keys are shown by their last characters',
    answer: z.object({ items: z.array(modelProviderView) }),
  }),
  addModelProvider: route({
    method: 'POST',
    path: '/api/models/providers',
    role: 'admin',
    summary: 'Add a model provider, or replace the one of this name',
    body: addModelProvider,
    answer: modelProviderView,
  }),
  testModelProvider: route({
    method: 'POST',
    path: '/api/models/providers/:name/test',
    role: 'admin',
    summary: 'One small call to its model, and what came back',
    params: byName,
    body: testModelProvider,
    answer: modelProviderTest,
  }),
  removeModelProvider: route({
    method: 'DELETE',
    path: '/api/models/providers/:name',
    role: 'admin',
    summary: 'Forget a model provider and its key',
    params: byName,
    answer: z.null(),
    status: 204,
  }),
  rotateMasterKey: route({
    method: 'POST',
    path: '/api/credentials/rotate',
    role: 'admin',
    summary: 'Seal all credentials anew under another master key',
    answer: z.object({ keyId: z.string(), credentials: z.int() }),
  }),
} as const
