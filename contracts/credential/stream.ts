import { streamFamily } from '../kernel/index.ts'

/** `credentials-{instanceId}`: they are an instance's, not a workspace's. */
export const credentialsStream = streamFamily('credentials')
