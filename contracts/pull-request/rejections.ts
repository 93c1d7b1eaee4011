/** Refusals of the pull-request decider, and of what is asked of a host before anything is decided. */
export const pullRequestRejections = [
  'PULL_REQUEST_NOT_FOUND',
  /** The host does not take it; its own first line says why. */
  'PULL_REQUEST_INVALID',
  /** The host does not have the branch, or not as it is here. */
  'BRANCH_NOT_PUSHED',
] as const
export type PullRequestRejection = (typeof pullRequestRejections)[number]
