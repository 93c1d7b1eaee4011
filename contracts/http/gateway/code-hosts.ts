import { z } from 'zod'
import { addCodeHost, codeHostName, codeHostTest, codeHostView, testCodeHost } from '../../credential/index.ts'
import { route } from '../route.ts'

const byName = z.object({ name: codeHostName })

/** Where pull requests are opened. The same routes stand at the orchestrator, which has the tokens. */
export const codeHostRoutes = {
  codeHosts: route({
    method: 'GET',
    path: '/api/code-hosts',
    role: 'admin',
    summary: 'Hosts where pull requests are opened; tokens are shown by their last characters',
    answer: z.object({ items: z.array(codeHostView) }),
  }),
  addCodeHost: route({
    method: 'POST',
    path: '/api/code-hosts',
    role: 'admin',
    summary: 'Add a code host, or replace the one of this name',
    body: addCodeHost,
    answer: codeHostView,
  }),
  testCodeHost: route({
    method: 'POST',
    path: '/api/code-hosts/:name/test',
    role: 'admin',
    summary: 'Ask it whose token it is',
    params: byName,
    body: testCodeHost,
    answer: codeHostTest,
  }),
  removeCodeHost: route({
    method: 'DELETE',
    path: '/api/code-hosts/:name',
    role: 'admin',
    summary: 'Forget a code host and its token',
    params: byName,
    answer: z.null(),
    status: 204,
  }),
} as const
