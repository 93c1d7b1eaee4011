import { streamFamily } from '../kernel/index.ts'

/** `mergeQueue-{queueId}`: one per workspace, repository and branch that is landed on. */
export const mergeQueueStream = streamFamily('mergeQueue')
