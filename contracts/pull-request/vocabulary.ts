import { z } from 'zod'

export const pullRequestState = z.enum(['open', 'merged', 'closed'])

/** Which of its host's it is, and where people look at it. */
export const pullRequestAddress = { number: z.int().min(1), url: z.string().max(2000) }

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
