import { z } from 'zod'
import { addAgentProvider, changeAgentProvider, testAgentProvider } from '../../agent-provider/commands.ts'
import { agentProviderTest, agentProviderView } from '../../agent-provider/views.ts'
import { uuid } from '../../kernel/index.ts'
import { route } from '../route.ts'

const byId = z.object({ id: uuid })

/** Where agents of others run. The same routes stand at the orchestrator, which has the tokens. */
export const agentProviderRoutes = {
  agentProviders: route({
    method: 'GET',
    path: '/api/agent-providers',
    role: 'observer',
    summary: 'Agent providers and how they stand; tokens are shown by their last characters',
    answer: z.object({ items: z.array(agentProviderView) }),
  }),
  addAgentProvider: route({
    method: 'POST',
    path: '/api/agent-providers',
    role: 'admin',
    summary: 'Add an agent provider',
    body: addAgentProvider,
    answer: agentProviderView,
    status: 201,
  }),
  changeAgentProvider: route({
    method: 'PATCH',
    path: '/api/agent-providers/:id',
    role: 'admin',
    summary: 'Change its name, address or token, or whether sessions begin there',
    params: byId,
    body: changeAgentProvider,
    answer: agentProviderView,
  }),
  testAgentProvider: route({
    method: 'POST',
    path: '/api/agent-providers/:id/test',
    role: 'admin',
    summary: 'Speak with it once, and say what is wrong',
    params: byId,
    body: testAgentProvider,
    answer: agentProviderTest,
  }),
  removeAgentProvider: route({
    method: 'DELETE',
    path: '/api/agent-providers/:id',
    role: 'admin',
    summary: 'Forget an agent provider and its token',
    params: byId,
    answer: z.null(),
    status: 204,
  }),
} as const
