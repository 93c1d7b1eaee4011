import { z } from 'zod'
import { event, type EventsOf, uuid } from '../kernel/index.ts'
import { returnTo } from '../merge-queue/vocabulary.ts'
import { feedback, pullRequestAddress, pullRequestChecks } from './vocabulary.ts'

const pullRequest = { pullRequestId: uuid, sessionId: uuid }
const ended = {
  pullRequestId: uuid,
  ...pullRequestAddress,
  into: z.string(),
  commit: z.string(),
  /** All that have worked on it. */
  sessionIds: z.array(uuid).min(1),
}

/** Facts of `pullRequestStream`. What becomes of it at its host is recorded before and after. */
export const pullRequestEvents = {
  /** Somebody wants the branch of a session proposed at its host; or an agent, that has been asked often enough, asked again. */
  PullRequestRequested: event(
    z.object({
      ...pullRequest,
      repository: z.string(),
      branch: z.string(),
      into: z.string(),
      title: z.string(),
      isDraft: z.boolean(),
    }),
  ),
  /** It is there; `isNew` is false where it was before. */
  PullRequestOpened: event(
    z.object({ ...pullRequest, ...pullRequestAddress, host: z.string(), headCommit: z.string(), isNew: z.boolean() }),
  ),
  PullRequestRefused: event(z.object({ ...pullRequest, code: z.string(), message: z.string() })),
  /** Its branch has moved. */
  PullRequestUpdated: event(z.object({ ...pullRequest, ...pullRequestAddress, headCommit: z.string() })),
  /** Its checks have begun, or have ended otherwise than was known. */
  PullRequestChecked: event(
    z.object({ ...pullRequest, ...pullRequestAddress, headCommit: z.string(), checks: pullRequestChecks }),
  ),
  /** `to: agent`: its agent is told, for the `times`th time; else a person has to look. */
  PullRequestFeedbackReceived: event(
    z.object({
      ...pullRequest,
      ...pullRequestAddress,
      headCommit: z.string(),
      feedback: z.array(feedback).min(1),
      to: returnTo,
      times: z.int().min(0),
    }),
  ),
  /** Its agent has been told, and goes on with it in this session. */
  PullRequestContinued: event(z.object(pullRequest)),
  /** That has ended, and what it has committed is at the host. */
  PullRequestAnswered: event(z.object(pullRequest)),
  /** Its agent could not be told, or did not come to an end: a person has to look. */
  PullRequestReturned: event(z.object({ ...pullRequest, ...pullRequestAddress, message: z.string() })),
  PullRequestMerged: event(z.object(ended)),
  PullRequestClosed: event(z.object(ended)),
} as const

export type PullRequestEvent = EventsOf<typeof pullRequestEvents>
