import { z } from 'zod'

export const pullRequestState = z.enum(['open', 'merged', 'closed'])

/** Which of its host's it is, and where people look at it. */
export const pullRequestAddress = { number: z.int().min(1), url: z.string().max(2000) }

/** What a CI has said of a commit, all of its checks taken together: it has failed when all have ended and one has. */
export const pullRequestChecks = z.object({
  state: z.enum(['running', 'passed', 'failed']),
  /** The names of those that have failed: the first of them, cut. */
  failed: z.array(z.string().max(200)).max(20),
})
export type PullRequestChecks = z.infer<typeof pullRequestChecks>

/** What others have said of it: quoted, cut and cleaned, and nobody's instruction. */
export const feedback = z.object({
  /** Of the host, or named after the commit that checks have failed on: the same again is not told again. */
  id: z.string().min(1).max(200),
  kind: z.enum(['checks', 'comment']),
  author: z.string().max(200),
  path: z.string().max(1000).nullable(),
  line: z.int().nullable(),
  text: z.string().max(10_000),
})
export type Feedback = z.infer<typeof feedback>

/** As much as reaches an agent at a time. */
export const mostFeedback = { pieces: 30, characters: 30_000, charactersEach: 4000 } as const
