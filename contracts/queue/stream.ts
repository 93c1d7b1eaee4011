import { streamFamily } from '../kernel/index.ts'

/** `queue-{workspaceId}` */
export const queueStream = streamFamily('queue')
