import { z } from 'zod'
import { position, uuid } from '../../kernel/index.ts'
import { openedPullRequest, requestPullRequest } from '../../pull-request/index.ts'
import { route } from '../route.ts'

/** A pull request as it was opened, or was already. It stands in the view of its session from then on. */
export const pullRequestAnswer = openedPullRequest.extend({
  pullRequestId: uuid,
  sessionId: uuid,
  branch: z.string(),
  into: z.string(),
  revision: z.int(),
  position,
})

/** It stands at the coordinator as well, which decides. */
export const pullRequestRoutes = {
  requestPullRequest: route({
    method: 'POST',
    path: '/api/pull-requests',
    role: 'operator',
    summary: "Open a pull request for an ended session's branch, and watch it until it is merged or closed",
    body: requestPullRequest,
    answer: pullRequestAnswer,
  }),
} as const
