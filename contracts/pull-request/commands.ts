import { z } from 'zod'
import { branchName, repositoryAddress } from '../agent-session/index.ts'
import { uuid } from '../kernel/index.ts'
import { feedback, pullRequestAddress, pullRequestChecks, pullRequestState } from './vocabulary.ts'

const title = z.string().trim().min(1).max(200)
const body = z.string().max(20_000)

/** Proposes the branch of an ended session at the host of its repository. Asked twice, it is the same pull request. */
export const requestPullRequest = z.strictObject({
  sessionId: uuid,
  into: branchName.optional(),
  title: title.optional(),
  body: body.optional(),
  draft: z.boolean().default(false),
})
export type RequestPullRequest = z.infer<typeof requestPullRequest>

/** What the orchestrator, which has git and the tokens, is asked for. */
export const openPullRequest = z.strictObject({ into: branchName, title, body, draft: z.boolean() })

export const openedPullRequest = z.object({
  ...pullRequestAddress,
  host: z.string(),
  headCommit: z.string(),
  isNew: z.boolean(),
})
export type OpenedPullRequest = z.infer<typeof openedPullRequest>

/** How it stands at its host, and what was said of it besides what is known: no more than an agent is told at a time. */
export const lookAtPullRequest = z.strictObject({
  repository: repositoryAddress,
  number: pullRequestAddress.number,
  /** The ids of what is known; `null`: nobody wants to know. */
  known: z.array(z.string().max(200)).max(20_000).nullable(),
})

export const seenPullRequest = z.object({
  state: pullRequestState,
  headCommit: z.string(),
  /** `null`: its head has none. */
  checks: pullRequestChecks.nullable(),
  feedback: z.array(feedback),
})
export type SeenPullRequest = z.infer<typeof seenPullRequest>
