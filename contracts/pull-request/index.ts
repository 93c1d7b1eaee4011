export { type PullRequestRejection, pullRequestRejections } from './rejections.ts'
