import { streamFamily } from '../kernel/index.ts'

/** `pullRequest-{pullRequestId}`: one per workspace, repository, branch and branch that it is to be merged into. */
export const pullRequestStream = streamFamily('pullRequest')
