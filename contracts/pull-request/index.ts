export {
  lookAtPullRequest,
  openedPullRequest,
  type OpenedPullRequest,
  openPullRequest,
  requestPullRequest,
  type RequestPullRequest,
  seenPullRequest,
  type SeenPullRequest,
} from './commands.ts'
export { pullRequestEvents, type PullRequestEvent } from './events.ts'
export { type PullRequestRejection, pullRequestRejections } from './rejections.ts'
export { pullRequestStream } from './stream.ts'
export {
  type Feedback,
  mostFeedback,
  pullRequestAddress,
  type PullRequestChecks,
  pullRequestState,
} from './vocabulary.ts'
